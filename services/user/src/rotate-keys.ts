import { parseArgs } from 'node:util';
import { databaseSettings, encryptionSettings, loadEnvironment, readConfig, serviceSettings } from '@polycloud/config';
import { type Infer, record } from '@polycloud/contracts';
import { connectDatabase } from '@polycloud/database';
import { Encryption } from '@polycloud/encryption';
import { createLogger } from '@polycloud/logger';
import { ReencryptionBo } from './bo/reencryption.bo';
import { SigningKeys } from './bo/signing-keys';
import { SealedTextDao } from './dao/sealed-text.dao';
import { SigningKeyDao } from './dao/signing-key.dao';
import { defineModels } from './models';

const HELP = `npm run keys -- signing [--at-once | --revoke] | encryption

signing      Makes a new key pair for access tokens. It is published at once and signs in 20 minutes, when every service
             knows it; the old one is published until its last token has run out. Nobody is logged out.
  --at-once  It signs at once. A service that has just read the key set may refuse new tokens for up to 30 seconds.
  --revoke   For a key that may be stolen: it signs at once and all older ones are removed. Access tokens in use stop
             working; clients renew them with their refresh tokens.

encryption   Seals everything again with the current key of ENCRYPTION_KEYS. The way to a new key: add it to "keys" and
             make it "current" everywhere, restart, run this, wait 15 minutes for what lives shorter than that, then
             take the old key away. May be broken off and run again.

The settings are those of the user service: DATABASE_*, ENCRYPTION_KEYS. Without npm: node services/user/dist/rotate-keys.js`;

const settings = record(
  { ...databaseSettings.required, ...encryptionSettings.required },
  {},
  { ...databaseSettings.filled, LOG_LEVEL: serviceSettings.filled.LOG_LEVEL },
);

async function readSettings(): Promise<Infer<typeof settings>> {
  await loadEnvironment('user');
  return readConfig(settings);
}

/** Carries the command out and gives the line that says what was done. */
export async function rotateKeys(args: string[], read = readSettings): Promise<string> {
  const options = { help: { type: 'boolean' }, 'at-once': { type: 'boolean' }, revoke: { type: 'boolean' } } as const;
  const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
  const [what, ...others] = positionals;
  if (values.help) return HELP;
  if (others.length > 0 || (what !== 'signing' && what !== 'encryption')) throw sayWhat();
  const config = await read();
  const db = connectDatabase(config, createLogger({ service: 'user', level: config.LOG_LEVEL }));
  const encryption = new Encryption(config.ENCRYPTION_KEYS);
  try {
    if (what === 'encryption') {
      const count = await new ReencryptionBo(new SealedTextDao(db), encryption).run();
      return `${count} text(s) sealed again with the key ${config.ENCRYPTION_KEYS.current}`;
    }
    const keys = new SigningKeys(new SigningKeyDao(defineModels(db)), encryption);
    const { kid, activeFrom } = values.revoke ? await keys.revokeOlder() : await keys.rotate(values['at-once']);
    return `The key ${kid} signs from ${activeFrom.toISOString()}`;
  } finally {
    await db.close();
  }
}

const sayWhat = () => Object.assign(new Error('Say what: signing or encryption'), { hint: 'npm run keys -- --help' });

if (require.main === module) {
  rotateKeys(process.argv.slice(2)).then(
    (line) => process.stdout.write(`${line}\n`),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}

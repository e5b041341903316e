import { randomBytes } from 'node:crypto';
import { Encryption } from '@polycloud/encryption';
import { connectDatabase } from '@polycloud/database';
import { createLogger } from '@polycloud/logger';
import { PassThrough } from 'node:stream';
import { SigningKeys } from '../src/bo/signing-keys';
import { SigningKeyDao } from '../src/dao/signing-key.dao';
import { defineModels } from '../src/models';
import { rotateKeys } from '../src/rotate-keys';
import { RunningUserService } from './running-service';

let service: RunningUserService;
let db: ReturnType<typeof connectDatabase>;
const clock = { now: Date.now() };
beforeEach(async () => {
  service = await RunningUserService.start();
  db = connectDatabase(service.config, createLogger({ service: 'test', level: 'error', stream: new PassThrough() }));
  clock.now = Date.now();
});
afterEach(async () => {
  await db.close();
  await service.stop();
});

/** The keys as a process sees them whose clock the test moves. */
const openKeys = () =>
  new SigningKeys(new SigningKeyDao(defineModels(db)), new Encryption(service.config.ENCRYPTION_KEYS), () => clock.now);
const published = async (keys: SigningKeys) => (await keys.jwks()).keys.map(({ kid }) => kid);

describe('signing keys', () => {
  it('are made once at the first start, encrypted, though two processes start at once', async () => {
    await service.database.adminQuery('DELETE FROM signing_keys');
    const processes = await Promise.all([service.another(), service.another(), service.another()]);
    expect(await service.count('signing_keys')).toBe(1);
    const [row] = await service.database.adminQuery<{ sealed_private_key: string }>('SELECT * FROM signing_keys');
    expect(row?.sealed_private_key).toMatch(/^v1\.k1\./);
    expect(JSON.stringify(row)).not.toMatch(/PRIVATE KEY|\\?"d\\?":/);
    await Promise.all(processes.map((each) => each.stop()));
  });

  it('rotate with overlap: published for 20 minutes before the first signature, until the last token has run out', async () => {
    const keys = openKeys();
    await keys.prepare();
    const old = (await keys.current()).kid;
    const { kid: fresh } = await keys.rotate();
    clock.now += 31_000;
    expect(await published(keys)).toEqual([fresh, old]);
    expect((await keys.current()).kid).toBe(old);
    clock.now += 20 * 60_000;
    expect((await keys.current()).kid).toBe(fresh);
    expect(await keys.publicKey(old)).toBeDefined();
    clock.now += 16 * 60_000;
    expect(await published(keys)).toEqual([fresh, old]);
    clock.now += 2 * 60_000;
    expect(await published(keys)).toEqual([fresh]);
    expect(await keys.publicKey(old)).toBeUndefined();
  });

  it('rotated at once sign new tokens, while the tokens of before go on working', async () => {
    const person = await service.person();
    const { kid } = await openKeys().rotate(true);
    const further = await service.another();
    const answer = await fetch(`${further.url}/authentication`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: person.email, password: person.password }),
    });
    const { data } = (await answer.json()) as { data: { accessToken: string } };
    expect(JSON.parse(Buffer.from(data.accessToken.split('.')[0] ?? '', 'base64url').toString()).kid).toBe(kid);
    expect((await service.details(person.accessToken)).status).toBe(200);
    const seen = () => service.details(data.accessToken);
    while ((await seen()).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
    await further.stop();
  });

  it('that are revoked make all access tokens of before worthless; a refresh token gives a new one', async () => {
    const person = await service.person();
    const { kid } = await openKeys().revokeOlder();
    const keys = openKeys();
    await keys.prepare();
    expect(await published(keys)).toEqual([kid]);
    const further = await service.another();
    const details = (token: string) => fetch(`${further.url}/user/details`, { headers: { authorization: `Bearer ${token}` } });
    expect((await details(person.accessToken)).status).toBe(401);
    const renewed = await fetch(`${further.url}/authentication/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken: person.refreshToken }),
    });
    const { data } = (await renewed.json()) as { data: { accessToken: string } };
    expect((await details(data.accessToken)).status).toBe(200);
    await further.stop();
  });
});

describe('the command', () => {
  const command = (line: string, keys = service.config.ENCRYPTION_KEYS) =>
    rotateKeys(line.split(' '), () => Promise.resolve({ ...service.config, ENCRYPTION_KEYS: keys, LOG_LEVEL: 'error' }));

  it('makes a signing key that waits, or signs at once, or replaces all others', async () => {
    const waiting = /^The key \S+ signs from (\S+)$/.exec(await command('signing'))?.[1] ?? '';
    expect(Date.parse(waiting)).toBeGreaterThan(Date.now() + 19 * 60_000);
    await command('signing --at-once');
    expect(await service.count('signing_keys')).toBe(3);
    await command('signing --revoke');
    expect(await service.count('signing_keys')).toBe(1);
  });

  it('seals everything again, so that the old key can be taken away; a second run finds nothing', async () => {
    const person = await service.person();
    await service.person();
    const old = service.config.ENCRYPTION_KEYS;
    const k2 = randomBytes(32).toString('base64');
    const both = { current: 'k2', keys: { ...old.keys, k2 } };
    expect(await command('encryption', both)).toBe('3 text(s) sealed again with the key k2');
    expect(await command('encryption', both)).toBe('0 text(s) sealed again with the key k2');
    const without = await service.another({ ENCRYPTION_KEYS: { current: 'k2', keys: { k2 } } });
    const answer = await fetch(`${without.url}/user/details`, { headers: { authorization: `Bearer ${person.accessToken}` } });
    expect(answer.status).toBe(200);
    await without.stop();
  });

  it('explains itself on --help, and on what it does not know', async () => {
    expect(await command('--help')).toMatch(/signing .*encryption/);
    await expect(command('something')).rejects.toThrow('Say what');
    await expect(command('signing encryption')).rejects.toThrow('Say what');
  });
});

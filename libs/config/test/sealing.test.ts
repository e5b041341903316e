import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSealed, makeKeyFile, SealError, Sealer } from '../src';
import { KmsKey } from '../src/sealing/kms-key';
import { LocalKey } from '../src/sealing/local-key';
import { KmsDouble } from './kms-double';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealing-'));
  makeKeyFile(join(folder, 'key'));
  makeKeyFile(join(folder, 'other'));
});
afterAll(() => rm(folder, { recursive: true }));

const local = (name = 'key') => new Sealer([new LocalKey(join(folder, name))]);

describe('a local key', () => {
  it('opens what it sealed, which looks different each time', async () => {
    const [one, two] = await Promise.all([local().seal('TOKEN', 'päss wörd'), local().seal('TOKEN', 'päss wörd')]);
    expect(one).not.toBe(two);
    expect(isSealed(one)).toBe(true);
    expect(await local().open('TOKEN', one)).toBe('päss wörd');
  });

  it.each([
    ['under another name', async (sealed: string) => local().open('OTHER', sealed), /sealed for another setting/],
    ['when a letter was changed', (sealed: string) => local().open('TOKEN', changed(sealed)), /was changed/],
    ['with another key, which it names', (sealed: string) => local('other').open('TOKEN', sealed), /sealed with the key \w{12}/],
    ['when it is cut short', (sealed: string) => local().open('TOKEN', sealed.slice(0, 12)), /not a sealed value/],
  ])('opens nothing %s', async (_when, open, message) => {
    const sealed = await local().seal('TOKEN', 'hunter2-hunter2');
    const refusal = await open(sealed).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SealError);
    expect((refusal as Error).message).toMatch(message);
    expect((refusal as Error).message).not.toMatch(/hunter2/);
  });

  it('is made once, for its owner alone', async () => {
    expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600);
    const before = await readFile(join(folder, 'key'), 'utf8');
    expect(() => makeKeyFile(join(folder, 'key'))).toThrow(/EEXIST/);
    expect(await readFile(join(folder, 'key'), 'utf8')).toBe(before);
  });

  it('of the wrong length is refused', async () => {
    await writeFile(join(folder, 'short'), 'c2hvcnQ=');
    await expect(local('short').seal('TOKEN', 'x')).rejects.toThrow(/32 bytes/);
  });
});

describe('an AWS KMS key', () => {
  let kms: KmsDouble;
  beforeAll(async () => {
    process.env.AWS_ACCESS_KEY_ID = 'AKIDTEST';
    process.env.AWS_SECRET_ACCESS_KEY = 'secret';
    kms = await KmsDouble.start();
  });
  afterAll(() => kms.stop());

  const sealerOf = (keyId?: string) => new Sealer([new KmsKey({ keyId, region: 'us-east-1', endpoint: kms.url })]);

  it('seals under a data key, and asks KMS once for however many values lie under it', async () => {
    const sealed = await sealerOf('alias/settings').seal('TOKEN', 'a secret');
    const opener = sealerOf('alias/settings');
    kms.asked.length = 0;
    expect(await Promise.all([1, 2, 3].map(() => opener.open('TOKEN', sealed)))).toEqual(['a secret', 'a secret', 'a secret']);
    expect(kms.asked).toEqual(['Decrypt']);
  });

  it('is pinned, so a value under another key is refused', async () => {
    const sealed = await sealerOf('alias/other').seal('TOKEN', 'a secret');
    await expect(sealerOf('alias/settings').open('TOKEN', sealed)).rejects.toThrow('KMS refuses: IncorrectKeyException');
  });

  it('that KMS does not know is named as that', async () => {
    await expect(sealerOf('alias/none').seal('TOKEN', 'x')).rejects.toThrow('KMS refuses: NotFoundException');
  });
});

const changed = (sealed: string) => `${sealed.slice(0, -2)}${sealed.at(-2) === 'A' ? 'B' : 'A'}${sealed.slice(-1)}`;

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Joi from 'joi';
import { ConfigError, loadEnvironment, makeKeyFile, readConfig, Sealer } from '../src';
import { LocalKey } from '../src/sealing/local-key';

const settings = Joi.object<{ NAME: string; OTHER?: string }>({ NAME: Joi.string().required(), OTHER: Joi.string() });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const file = (name: string, text: string) => writeFile(join(folder, name), text);

describe('the weight of the sources', () => {
  it('hears the process before the file of the service, and that before the file of the environment', async () => {
    await file('.env.qa', 'NAME=all\nOTHER=all\nTHIRD=all\n');
    await file('.env.qa.order', 'NAME=order\nOTHER="of order"\n');
    await file('.env.prod', 'NAME=prod\n');
    const own: Record<string, string | undefined> = { APP_ENV: 'qa', NAME: 'process' };
    await loadEnvironment('order', { own, folder });
    expect(readConfig(settings)).toEqual({ NAME: 'process', OTHER: 'of order' });
    expect(own['THIRD']).toBe('all');
  });

  it('tells a worker what its service is told', async () => {
    await file('.env.local.order', 'NAME=order\n');
    await loadEnvironment('order-worker', { own: { SERVICE_NAME: 'order' }, folder });
    expect(readConfig(settings).NAME).toBe('order');
  });

  it('takes a secret file of a heavier source before a value of a lighter one', async () => {
    await file('secret', 'from the secret file\n');
    await file('.env.local', 'NAME=from the environment file\n');
    await loadEnvironment('user', { own: { NAME_FILE: join(folder, 'secret') }, folder });
    expect(readConfig(settings).NAME).toBe('from the secret file');
  });

  it('takes an empty value for none', async () => {
    await file('.env.local', 'NAME=filled\n');
    await loadEnvironment('user', { own: { NAME: '' }, folder });
    expect(readConfig(settings).NAME).toBe('filled');
  });
});

describe('sealed values', () => {
  it('are opened when they are read, and stay sealed in the environment of the process', async () => {
    const keyFile = join(folder, 'key');
    makeKeyFile(keyFile);
    const sealed = await new Sealer([new LocalKey(keyFile)]).seal('NAME', 'a secret');
    const own: Record<string, string | undefined> = { CONFIG_KEY_FILE: keyFile };
    await file('.env.local', `NAME=${sealed}\n`);
    await loadEnvironment('user', { own, folder });
    expect(readConfig(settings).NAME).toBe('a secret');
    expect(own['NAME']).toBe(sealed);
  });

  it('of settings that nobody asks for need no key, the others are named with the reason', async () => {
    makeKeyFile(join(folder, 'key'));
    const sealed = await new Sealer([new LocalKey(join(folder, 'key'))]).seal('NAME', 'a secret');
    await loadEnvironment('user', { own: { NAME: 'plain', UNASKED: sealed }, folder });
    expect(readConfig(settings)).toEqual({ NAME: 'plain' });
    await loadEnvironment('user', { own: { NAME: sealed }, folder });
    expect(() => readConfig(settings)).toThrow(/NAME is sealed and cannot be opened: the local key is not at hand/);
  });
});

it('names every wrong setting at once and shows no value', async () => {
  await loadEnvironment('user', { own: { OTHER_FILE: join(folder, 'none') }, folder });
  expect(() => readConfig(settings)).toThrow(ConfigError);
  const two = Joi.object({ PORT: Joi.number().required(), URL: Joi.string().uri().required() });
  await loadEnvironment('user', { own: { PORT: 'secret-one', URL: 'secret-two' }, folder });
  expect(() => readConfig(two)).toThrow(/PORT must be a number[^]*URL must be a valid uri/);
  expect(() => readConfig(two)).not.toThrow(/secret/);
});

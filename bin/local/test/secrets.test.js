'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createPublicKey } = require('node:crypto');
const { afterAll, describe, expect, it } = require('@jest/globals');
const { makeSecrets, readSecrets, secretFiles } = require('../secrets');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'secrets-'));
afterAll(() => fs.rmSync(dir, { recursive: true }));
const files = secretFiles(dir);
const textOf = (file) => fs.readFileSync(file, 'utf8');

describe('the secrets of a stack', () => {
  const first = makeSecrets(dir);

  it('are made once: a second start finds the same', () => {
    const before = [files.trust, files.encryptionKeys, files.serviceKey('order')].map(textOf);
    expect(makeSecrets(dir)).toEqual(first);
    expect(readSecrets(dir)).toEqual(first);
    expect([files.trust, files.encryptionKeys, files.serviceKey('order')].map(textOf)).toEqual(before);
  });

  it('are for the eyes of their owner only', () => {
    const modes = fs
      .readdirSync(path.dirname(files.values))
      .map((name) => fs.statSync(path.join(dir, 'secrets', name)).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  it('give each service a key of its own, whose public half all others know', () => {
    const trust = JSON.parse(textOf(files.trust));
    expect(Object.keys(trust).sort()).toEqual(['billing', 'gateway', 'order', 'tenant-data', 'user']);
    for (const [service, publicKey] of Object.entries(trust))
      expect(createPublicKey(textOf(files.serviceKey(service))).export({ type: 'spki', format: 'pem' })).toBe(publicKey);
  });

  it('hold a 32-byte key that writes', () => {
    const { current, keys } = JSON.parse(textOf(files.encryptionKeys));
    expect(Buffer.from(keys[current], 'base64')).toHaveLength(32);
  });
});

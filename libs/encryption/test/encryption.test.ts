import { randomBytes } from 'node:crypto';
import { Encryption, EncryptionError } from '@polycloud/encryption';

const key = () => randomBytes(32).toString('base64');
const [first, second] = [key(), key()];
const before = new Encryption({ current: 'a', keys: { a: first } });
const during = new Encryption({ current: 'b', keys: { a: first, b: second } });
const after = new Encryption({ current: 'b', keys: { b: second } });

describe('a sealed text', () => {
  it('opens in its own context to what was sealed, whatever the script', () => {
    expect(before.open(before.seal('سارة 🔑', 'user:1'), 'user:1')).toBe('سارة 🔑');
    expect(before.open(before.seal('', 'user:1'), 'user:1')).toBe('');
  });

  it('differs each time and shows nothing of the text', () => {
    const [one, two] = [before.seal('secret', 'c'), before.seal('secret', 'c')];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('secret');
  });

  it('does not open in another context, changed, cut, or under another key id', () => {
    const sealed = during.seal('secret', 'user:1');
    const flipped = sealed.slice(0, -1) + (sealed.endsWith('A') ? 'Q' : 'A');
    for (const [text, context] of [
      [sealed, 'user:2'],
      [flipped, 'user:1'],
      [sealed.slice(0, 20), 'user:1'],
      [sealed.replace('v1.b.', 'v1.a.'), 'user:1'],
      [sealed.replace('v1.b.', 'v1.__proto__.'), 'user:1'],
      ['', 'user:1'],
      ['secret', 'user:1'],
    ] as const)
      expect(() => during.open(text, context)).toThrow(EncryptionError);
  });

  it('stays readable while its key is at hand, and names that key', () => {
    const sealed = before.seal('secret', 'c');
    expect(during.open(sealed, 'c')).toBe('secret');
    expect(sealed.startsWith(during.head)).toBe(false);
    expect(during.seal('secret', 'c').startsWith(during.head)).toBe(true);
    expect(() => after.open(sealed, 'c')).toThrow('There is no key with the id a');
  });
});

describe('a keyed hash', () => {
  it('matches its own text and context only, also after the current key changed', () => {
    const hash = before.hash('123456', 'otp:+1');
    expect(during.matches(hash, '123456', 'otp:+1')).toBe(true);
    expect(during.matches(hash, '123457', 'otp:+1')).toBe(false);
    expect(during.matches(hash, '123456', 'otp:+2')).toBe(false);
  });
});

it('refuses keys that are not 32 bytes, and a current key that is missing', () => {
  expect(() => new Encryption({ current: 'a', keys: { a: 'c2hvcnQ=' } })).toThrow(EncryptionError);
  expect(() => new Encryption({ current: 'b', keys: { a: first } })).toThrow(EncryptionError);
});

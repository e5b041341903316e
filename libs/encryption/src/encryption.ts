import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** AES-256 keys by id, base64; `current` writes, all of them read. */
export interface EncryptionKeys {
  current: string;
  keys: Record<string, string>;
}

/** A sealed text was changed, belongs to another context, or its key is not at hand. */
export class EncryptionError extends Error {}

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what must not lie readable in a database: AES-256-GCM, a fresh nonce each, the key's id written in front. The
 * context (whose it is, what it is) is authenticated, so a sealed text cannot be moved to another row or column.
 */
export class Encryption {
  private readonly keys: ReadonlyMap<string, Buffer>;

  constructor(private readonly settings: EncryptionKeys) {
    this.keys = new Map(Object.entries(settings.keys).map(([id, key]) => [id, decodeKey(id, key)]));
    if (!this.keys.has(settings.current))
      throw new EncryptionError(`The current key ${settings.current} is not among the keys: add it`);
  }

  /** `v1.<key id>.<nonce, text and tag>`, sealed with the current key. */
  seal(text: string, context: string): string {
    const head = this.head;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.keyOf(this.settings.current), iv).setAAD(Buffer.from(head + context));
    return head + Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** The text that was sealed in this context. Throws EncryptionError. */
  open(sealed: string, context: string): string {
    const end = sealed.lastIndexOf('.') + 1;
    const [head, body] = [sealed.slice(0, end), Buffer.from(sealed.slice(end), 'base64url')];
    if (!head.startsWith(`${VERSION}.`) || body.length < IV_BYTES + TAG_BYTES) throw new EncryptionError('Not a sealed text');
    const key = this.keyOf(head.slice(VERSION.length + 1, -1));
    try {
      const decipher = createDecipheriv(CIPHER, key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(head + context)).setAuthTag(body.subarray(-TAG_BYTES));
      return decipher.update(body.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new EncryptionError('The sealed text was changed or belongs to another context', { cause });
    }
  }

  /** What a text sealed with the current key begins with: what does not begin so awaits re-encryption. */
  get head(): string {
    return `${VERSION}.${this.settings.current}.`;
  }

  /** A keyed hash, for short secrets that could be guessed from a plain one. Checked with `matches`. */
  hash(text: string, context: string): string {
    return this.head + this.digest(this.settings.current, text, context).toString('base64url');
  }

  /** Whether `hash` gave this for the text, in constant time. */
  matches(hash: string, text: string, context: string): boolean {
    const end = hash.lastIndexOf('.') + 1;
    const given = Buffer.from(hash.slice(end), 'base64url');
    const expected = this.digest(hash.slice(VERSION.length + 1, end - 1), text, context);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private digest(keyId: string, text: string, context: string): Buffer {
    const key = Buffer.from(hkdfSync('sha256', this.keyOf(keyId), '', `hash.${context}`, 32));
    return createHmac('sha256', key).update(text).digest();
  }

  private keyOf(id: string): Buffer {
    const key = this.keys.get(id);
    if (!key) throw new EncryptionError(`There is no key with the id ${id}: put it back until all that it sealed is sealed anew`);
    return key;
  }
}

function decodeKey(id: string, key: string): Buffer {
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 32) throw new EncryptionError(`The key ${id} is not 32 bytes in base64`);
  return bytes;
}

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type KeySource, type LabelledKey, SealError } from './key-source';

const KEY_BYTES = 32;

/** A key in a file of this machine: 32 random bytes in base64. Its label is the beginning of its hash. */
export class LocalKey implements KeySource {
  readonly kind = 'local';

  constructor(private readonly file: string) {}

  // The interface is asynchronous for the keys that are fetched.
  // eslint-disable-next-line @typescript-eslint/require-await
  async keyToSeal(): Promise<LabelledKey> {
    const key = this.read();
    return { label: createHash('sha256').update(key).digest('hex').slice(0, 12), key };
  }

  async keyOf(label: string): Promise<Buffer> {
    const own = await this.keyToSeal();
    if (own.label !== label) throw new SealError(`it was sealed with the key ${label}, the file ${this.file} holds ${own.label}`);
    return own.key;
  }

  private read(): Buffer {
    let key: Buffer;
    try {
      key = Buffer.from(readFileSync(this.file, 'utf8').trim(), 'base64');
    } catch {
      throw new SealError(`the key file ${this.file} cannot be read`);
    }
    if (key.length !== KEY_BYTES) throw new SealError(`the key file ${this.file} does not hold ${KEY_BYTES} bytes in base64`);
    return key;
  }
}

/** Makes a key file for its owner's eyes only; throws when the file is there already, since values depend on it. */
export function makeKeyFile(file: string): void {
  writeFileSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
}

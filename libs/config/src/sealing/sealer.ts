import { Encryption } from '@polycloud/encryption';
import { type KeySource, SealError } from './key-source';

const SEALED = /^enc:(local|kms):(v1\.([\w-]+)\.[\w-]+)$/;

/** Whether a value is meant to be a sealed one. */
export const isSealed = (value: string) => value.startsWith('enc:');

/**
 * Seals settings for places that more people can read than may know them: AES-256-GCM under a key of one of the
 * sources. The setting's name is authenticated, so a sealed value serves under its own name only.
 */
export class Sealer {
  /** The first source seals; each opens what it has sealed. */
  constructor(private readonly sources: KeySource[]) {}

  /** `enc:<source>:<version>.<label of the key>.<sealed text>`. Throws SealError. */
  async seal(name: string, value: string): Promise<string> {
    const [source] = this.sources;
    if (!source) throw new SealError('there is no key: set CONFIG_KMS_KEY_ID or CONFIG_KEY_FILE');
    const { label, key } = await source.keyToSeal();
    return `enc:${source.kind}:${encryptionUnder(label, key).seal(value, name)}`;
  }

  /** The value that was sealed under this name. Throws SealError. */
  async open(name: string, sealed: string): Promise<string> {
    const [, kind, body, label] = SEALED.exec(sealed) ?? [];
    if (kind === undefined || body === undefined || label === undefined) throw new SealError('it is not a sealed value');
    const source = this.sources.find((one) => one.kind === kind);
    if (!source) throw new SealError(`the ${kind} key is not at hand: set CONFIG_KEY_FILE`);
    const encryption = encryptionUnder(label, await source.keyOf(label));
    try {
      return encryption.open(body, name);
    } catch (cause) {
      throw new SealError('it was changed, or sealed for another setting', { cause });
    }
  }
}

const encryptionUnder = (label: string, key: Buffer) =>
  new Encryption({ current: label, keys: { [label]: key.toString('base64') } });

import type { KMSClient } from '@aws-sdk/client-kms';
import { type KeySource, type LabelledKey, SealError } from './key-source';

const ANSWER_MS = 3_000;
const CONNECT_MS = 1_000;
/** Authenticated by KMS and shown in its audit log. */
const CONTEXT = { purpose: 'polycloud-settings' };

interface KmsOptions {
  /** Id, ARN or alias. Needed to seal; when opening it pins the key, so that a value of another key is refused. */
  keyId?: string | undefined;
  region: string;
  /** Other address of KMS, for an emulator. */
  endpoint?: string | undefined;
}

/** Data keys under an AWS KMS key: the label is the encrypted data key, which only KMS can open. Each is asked for once. */
export class KmsKey implements KeySource {
  readonly kind = 'kms';
  private readonly keys = new Map<string, Promise<Buffer>>();

  constructor(private readonly options: KmsOptions) {}

  async keyToSeal(): Promise<LabelledKey> {
    const { keyId } = this.options;
    if (!keyId) throw new SealError('CONFIG_KMS_KEY_ID does not name a key');
    const { GenerateDataKeyCommand } = await import('@aws-sdk/client-kms');
    const { Plaintext, CiphertextBlob } = await this.ask((kms) =>
      kms.send(new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: CONTEXT })),
    );
    if (!Plaintext || !CiphertextBlob) throw new SealError('KMS gave no data key');
    return { label: Buffer.from(CiphertextBlob).toString('base64url'), key: Buffer.from(Plaintext) };
  }

  keyOf(label: string): Promise<Buffer> {
    const asked = this.keys.get(label) ?? this.open(label);
    this.keys.set(label, asked);
    return asked;
  }

  private async open(label: string): Promise<Buffer> {
    const { DecryptCommand } = await import('@aws-sdk/client-kms');
    const { Plaintext } = await this.ask((kms) =>
      kms.send(
        new DecryptCommand({
          CiphertextBlob: Buffer.from(label, 'base64url'),
          EncryptionContext: CONTEXT,
          ...(this.options.keyId && { KeyId: this.options.keyId }),
        }),
      ),
    );
    if (!Plaintext) throw new SealError('KMS gave no key');
    return Buffer.from(Plaintext);
  }

  private async ask<R>(question: (kms: KMSClient) => Promise<R>): Promise<R> {
    const { KMSClient } = await import('@aws-sdk/client-kms');
    const { region, endpoint } = this.options;
    const kms: KMSClient = new KMSClient({
      region,
      maxAttempts: 3,
      requestHandler: { requestTimeout: ANSWER_MS, connectionTimeout: CONNECT_MS },
      ...(endpoint && { endpoint }),
    });
    try {
      return await question(kms);
    } catch (error) {
      if (error instanceof SealError) throw error;
      throw new SealError(`KMS refuses: ${(error as { name?: string }).name ?? 'no answer'}`, { cause: error });
    } finally {
      kms.destroy();
    }
  }
}

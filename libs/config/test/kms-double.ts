import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Question {
  KeyId?: string;
  CiphertextBlob?: string;
  EncryptionContext?: Record<string, string>;
}

const KEYS = ['alias/settings', 'alias/other'];

/** Answers GenerateDataKey and Decrypt over the wire as KMS does: the context must match, a pinned key too. */
export class KmsDouble {
  readonly asked: string[] = [];
  private readonly issued = new Map<string, { keyId: string; context: string; key: Buffer }>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<KmsDouble> {
    const server = createServer();
    const double = new KmsDouble(server);
    server.on('request', (request, response) => {
      const operation = String(request.headers['x-amz-target']).replace('TrentService.', '');
      double.asked.push(operation);
      void json(request).then((question) => {
        const answer = operation === 'Decrypt' ? double.decrypt(question as Question) : double.generate(question as Question);
        response.writeHead('__type' in answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  private generate({ KeyId = '', EncryptionContext = {} }: Question): object {
    if (!KEYS.includes(KeyId)) return { __type: 'NotFoundException' };
    const [key, blob] = [randomBytes(32), randomBytes(64).toString('base64')];
    this.issued.set(blob, { keyId: KeyId, context: JSON.stringify(EncryptionContext), key });
    return { KeyId, Plaintext: key.toString('base64'), CiphertextBlob: blob };
  }

  private decrypt({ KeyId, CiphertextBlob = '', EncryptionContext = {} }: Question): object {
    const issued = this.issued.get(CiphertextBlob);
    if (!issued || issued.context !== JSON.stringify(EncryptionContext)) return { __type: 'InvalidCiphertextException' };
    if (KeyId && KeyId !== issued.keyId) return { __type: 'IncorrectKeyException' };
    return { KeyId: issued.keyId, Plaintext: issued.key.toString('base64') };
  }
}

import {
  createHmac,
  createPublicKey,
  createSign,
  type DSAEncoding,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { RunningUserService } from './running-service';

type Parts = Record<string, unknown>;

const encode = (part: Parts | string) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** Makes tokens that differ from a good one in what a test says. */
export class Forger {
  private constructor(
    readonly key: { kid: string; privateKey: KeyObject; publicJwk: Parts },
    private readonly claims: Parts,
  ) {}

  static async of(service: RunningUserService, accessToken: string): Promise<Forger> {
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as Parts;
    return new Forger(await service.signingKey(), claims);
  }

  /** The public key as PEM, which anyone can make from the published key set. */
  get publicPem(): string {
    return String(
      createPublicKey({ key: this.key.publicJwk as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
    );
  }

  header(change: Parts = {}): Parts {
    return { alg: 'ES256', typ: 'at+jwt', kid: this.key.kid, ...change };
  }

  /** Signed with the real key, so only the change can be what is refused. */
  signed(claims: Parts = {}, header: Parts = {}): string {
    return this.signedText(JSON.stringify({ ...this.claims, ...claims }), header);
  }

  /** The payload as text, for what JSON.stringify cannot write. */
  signedText(payload: string, header: Parts = {}, dsaEncoding: DSAEncoding = 'ieee-p1363'): string {
    const content = `${encode(this.header(header))}.${encode(payload)}`;
    const signature = sign('sha256', Buffer.from(content), { key: this.key.privateKey, dsaEncoding });
    return `${content}.${signature.toString('base64url')}`;
  }

  /** A good signature in the encoding that JWS does not use. */
  signedInDer(): string {
    return this.signedText(JSON.stringify(this.claims), {}, 'der');
  }

  /** With a signature of any bytes. */
  withSignature(signature: Buffer | string, header: Parts = {}): string {
    const text = typeof signature === 'string' ? signature : signature.toString('base64url');
    return `${encode(this.header(header))}.${encode(this.claims)}.${text}`;
  }

  /** Signed by HMAC with a text that everybody knows. */
  hmac(secret: string | Buffer, header: Parts = {}): string {
    const content = `${encode(this.header({ alg: 'HS256', ...header }))}.${encode(this.claims)}`;
    return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
  }

  /** Signed by another key, under this algorithm. */
  byStranger(alg: string, header: Parts = {}): string {
    const content = `${encode(this.header({ alg, ...header }))}.${encode(this.claims)}`;
    const { privateKey } = alg.startsWith('ES')
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signature = createSign('sha256').update(content).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${content}.${signature.toString('base64url')}`;
  }

  get good(): Parts {
    return this.claims;
  }
}

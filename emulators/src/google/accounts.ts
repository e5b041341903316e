import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { GoogleFailure, invalid } from './failures';

/** A service account as the emulator knows it: never its private key. */
export interface Account {
  clientEmail: string;
  /** PEM; a private key is accepted, and only its public half kept. */
  publicKey: string;
}

const LEEWAY_SECONDS = 300;

/** The service accounts whose signatures count, kept across a restart. */
export class Accounts {
  private readonly keys = new Map<string, KeyObject>();

  constructor(private readonly file: string) {
    if (existsSync(file)) for (const account of JSON.parse(readFileSync(file, 'utf8')) as Account[]) this.load(account);
  }

  register(accounts: readonly Account[]): void {
    for (const account of accounts) this.load(account);
    const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
    writeFileSync(this.file, JSON.stringify([...this.keys].map(([clientEmail, key]) => ({ clientEmail, publicKey: pem(key) }))));
  }

  /** True when the account made this RSA-SHA256 signature. */
  signed(clientEmail: string, text: string, signature: Buffer): boolean {
    const key = this.keys.get(clientEmail);
    return key !== undefined && verify('RSA-SHA256', Buffer.from(text), key, signature);
  }

  /** Accepts the token that a service account signs for itself; otherwise throws 401. */
  authenticate(authorization: string | undefined): void {
    const [header = '', claims = '', signature = ''] = (authorization?.match(/^Bearer (\S+)$/i)?.[1] ?? '').split('.');
    const now = Date.now() / 1000;
    const { iss = '', iat = 0, exp = 0 } = parseClaims(claims);
    const timely = exp > now - LEEWAY_SECONDS && iat < now + LEEWAY_SECONDS && exp - iat <= 3600;
    if (!timely || !this.signed(iss, `${header}.${claims}`, Buffer.from(signature, 'base64url'))) {
      throw new GoogleFailure(401, 'authError', 'Invalid Credentials');
    }
  }

  private load({ clientEmail, publicKey }: Account): void {
    try {
      this.keys.set(clientEmail, createPublicKey(publicKey));
    } catch {
      throw invalid(`the key of ${clientEmail} is not PEM`);
    }
  }
}

function parseClaims(claims: string): { iss?: string; iat?: number; exp?: number } {
  try {
    return JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iss?: string; iat?: number; exp?: number };
  } catch {
    return {};
  }
}

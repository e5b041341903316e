import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { ACCESS_TOKEN_MAX_LIFE } from '@polycloud/auth';
import type { Encryption } from '@polycloud/encryption';
import type { SigningKeyDao } from '../dao/signing-key.dao';

type StoredKey = Awaited<ReturnType<SigningKeyDao['list']>>[number];

/** Verifiers keep the key set for ten minutes, so a new key is published for twice that before it signs. */
const PUBLISHED_AHEAD_MS = 20 * 60_000;
/** A key that signs no more is published until the last token that it signed has run out, with leeway. */
const PUBLISHED_AFTER_MS = (ACCESS_TOKEN_MAX_LIFE + 2 * 60) * 1000;
const FRESH_MS = 30_000;

export const privateKeyContext = (kid: string) => `signing-key:${kid}`;

/** The key pairs of access tokens: made at the first start, kept encrypted, rotated with overlap. */
export class SigningKeys {
  private keys: StoredKey[] = [];
  private readAt = 0;
  private reading?: Promise<void>;
  private readonly opened = new Map<string, KeyObject>();

  constructor(
    private readonly dao: SigningKeyDao,
    private readonly encryption: Encryption,
    private readonly now: () => number = Date.now,
  ) {}

  /** Makes the first key unless there is one. */
  async prepare(): Promise<void> {
    // Two processes that start together make the same generation; the second finds it made.
    if ((await this.dao.list()).length === 0) await this.dao.insert(this.newKey(1, new Date(this.now())));
    await this.read();
  }

  /** Adds a key that signs after it has been published long enough, or at once (verifiers then learn of it within 30 s). */
  async rotate(atOnce = false): Promise<{ kid: string; activeFrom: Date }> {
    return this.add(atOnce ? 0 : PUBLISHED_AHEAD_MS);
  }

  /** Adds a key that signs at once and removes all others: every access token in use stops working. */
  async revokeOlder(): Promise<{ kid: string; activeFrom: Date }> {
    const made = await this.add(0);
    await this.dao.removeBefore(made.generation);
    return made;
  }

  /** The key that signs now. */
  async current(): Promise<{ kid: string; privateKey: KeyObject }> {
    await this.refresh();
    const key = this.keys.find(({ activeFrom }) => activeFrom.getTime() <= this.now()) ?? this.keys.at(-1);
    if (!key) throw new Error('there is no signing key');
    const pem = () => this.encryption.open(key.sealedPrivateKey, privateKeyContext(key.kid));
    return { kid: key.kid, privateKey: this.kept(`private:${key.kid}`, () => createPrivateKey(pem())) };
  }

  /** The public key of a published key id. */
  async publicKey(kid: string): Promise<KeyObject | undefined> {
    await this.refresh();
    const find = () => this.published().find((candidate) => candidate.kid === kid);
    // Another process may have made it just now; strangers' key ids cost one reading a second at most.
    if (!find()) await this.refresh(1_000);
    const key = find();
    return key && this.kept(`public:${kid}`, () => createPublicKey({ key: jwkOf(key), format: 'jwk' }));
  }

  /** The published keys as a JSON Web Key Set. */
  async jwks(): Promise<{ keys: Record<string, unknown>[] }> {
    await this.refresh();
    return { keys: this.published().map(jwkOf) };
  }

  /** A generation is published from its making until its successor has signed alone for the life of a token. */
  private published(): StoredKey[] {
    const now = this.now();
    return this.keys.filter((_key, index) => {
      const successor = this.keys[index - 1];
      return !successor || successor.activeFrom.getTime() + PUBLISHED_AFTER_MS > now;
    });
  }

  private async add(delayMs: number): Promise<StoredKey> {
    const newest = (await this.dao.list())[0]?.generation ?? 0;
    const key = this.newKey(newest + 1, new Date(this.now() + delayMs));
    if (!(await this.dao.insert(key)))
      throw new Error('Another process has just made a signing key: look whether one more is wanted, then try again');
    return key;
  }

  private newKey(generation: number, activeFrom: Date): StoredKey {
    const kid = randomUUID();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    return {
      generation,
      kid,
      publicJwk: JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }),
      sealedPrivateKey: this.encryption.seal(pem, privateKeyContext(kid)),
      activeFrom,
      createdAt: new Date(this.now()),
    };
  }

  private async refresh(freshMs = FRESH_MS): Promise<void> {
    if (this.now() - this.readAt > freshMs) await (this.reading ??= this.read().finally(() => (this.reading = undefined)));
  }

  private async read(): Promise<void> {
    this.keys = await this.dao.list();
    this.readAt = this.now();
  }

  private kept(name: string, make: () => KeyObject): KeyObject {
    const key = this.opened.get(name) ?? make();
    this.opened.set(name, key);
    return key;
  }
}

const jwkOf = ({ publicJwk }: StoredKey) => JSON.parse(publicJwk) as Record<string, unknown>;

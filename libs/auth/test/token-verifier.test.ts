import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { notAuthenticated, signAccessToken, type TokenAuthority, TokenVerifier } from '@polycloud/auth';
import { AppError } from '@polycloud/contracts';

const pairOf = (kid: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } };
};
const key = pairOf('one');
const tokenOf = (userId: string, signer = key) => signAccessToken({ userId, sessionId: `session-${userId}` }, signer);

/** A user service that counts what it is asked, and can be away. */
class Authority implements TokenAuthority {
  jwksAsked = 0;
  verifyAsked = 0;
  away = false;
  cloud: 'AWS' | null = 'AWS';
  keys = [key.jwk];
  revoked = new Set<string>();

  jwks() {
    this.jwksAsked++;
    return this.away ? Promise.reject(new AppError('UPSTREAM_TIMEOUT', 'too slow')) : Promise.resolve({ keys: this.keys });
  }

  async verify({ body: { token } }: { body: { token: string } }) {
    this.verifyAsked++;
    await new Promise(setImmediate);
    if (this.away) throw new AppError('UPSTREAM_FAILED', 'broken');
    if (this.revoked.has(token)) throw notAuthenticated();
    const { sub, sid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, string>;
    return { userId: sub ?? '', sessionId: sid ?? '', roles: ['customer' as const], cloud: this.cloud };
  }
}

const start = () => {
  const clock = { now: Date.now() };
  const authority = new Authority();
  return { clock, authority, verifier: new TokenVerifier(authority, () => clock.now) };
};

describe('a token at another service', () => {
  it('is no good when it is signed by HMAC with the public key, though the key set names no algorithm', async () => {
    const { authority, verifier } = start();
    expect(key.jwk).not.toHaveProperty('alg');
    const head = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: key.kid })).toString('base64url');
    const content = `${head}.${tokenOf('u1').split('.')[1]}`;
    const secrets = [
      JSON.stringify(key.jwk),
      createPublicKey({ key: key.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
    ];
    for (const secret of secrets) {
      const token = `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
    }
    expect(authority.verifyAsked).toBe(0);
  });

  it('is asked about once, however many requests bring it at a time', async () => {
    const { authority, verifier } = start();
    const token = tokenOf('u1');
    const callers = await Promise.all(Array.from({ length: 100 }, () => verifier.verify(token)));
    expect(new Set(callers.map(({ userId }) => userId))).toEqual(new Set(['u1']));
    expect([authority.jwksAsked, authority.verifyAsked]).toEqual([1, 1]);
  });

  it('brings the cloud of its user as soon as he has registered one', async () => {
    const { authority, verifier } = start();
    const token = tokenOf('u1');
    authority.cloud = null;
    expect((await verifier.verify(token)).cloud).toBeNull();
    authority.cloud = 'AWS';
    expect((await verifier.verify(token)).cloud).toBe('AWS');
  });

  it('stops working within 5 s of its revocation', async () => {
    const { authority, verifier, clock } = start();
    const token = tokenOf('u1');
    await verifier.verify(token);
    authority.revoked.add(token);
    clock.now += 4_999;
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
  });

  it('never gets the answer of another, when two alternate', async () => {
    const { verifier } = start();
    const [a, b] = [tokenOf('u1'), tokenOf('u2')];
    for (let round = 0; round < 500; round++) {
      expect((await verifier.verify(a)).userId).toBe('u1');
      expect((await verifier.verify(b)).userId).toBe('u2');
    }
  });

  it('503 with Retry-After while the user service is away: neither let in nor logged out', async () => {
    const { authority, verifier } = start();
    authority.away = true;
    const failure = { code: 'UNAVAILABLE', headers: { 'Retry-After': '1' } };
    await expect(verifier.verify(tokenOf('u1'))).rejects.toMatchObject(failure);
    authority.away = false;
    const again = start();
    await again.verifier.verify(tokenOf('u1'));
    again.authority.away = true;
    await expect(again.verifier.verify(tokenOf('u2'))).rejects.toMatchObject(failure);
  });

  it('is let in again as soon as the user service is back', async () => {
    const { authority, verifier, clock } = start();
    authority.away = true;
    await expect(verifier.verify(tokenOf('u1'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    authority.away = false;
    clock.now += 1_001;
    expect((await verifier.verify(tokenOf('u1'))).userId).toBe('u1');
  });

  it('with an unknown key id makes at most one call in 30 s, and none at all for its validity', async () => {
    const { authority, verifier, clock } = start();
    await verifier.verify(tokenOf('u1'));
    const strangers = Array.from({ length: 1_000 }, (_, index) => tokenOf('u1', pairOf(index % 2 ? `x${index}` : '__proto__')));
    const refused = await Promise.allSettled(strangers.map((token) => verifier.verify(token)));
    expect(refused.every(({ status }) => status === 'rejected')).toBe(true);
    clock.now += 30_001;
    await Promise.allSettled(strangers.map((token) => verifier.verify(token)));
    expect([authority.jwksAsked, authority.verifyAsked]).toEqual([2, 1]);
  });

  it('with an unknown key id is 401, not 503, while the key set cannot be read', async () => {
    const { authority, verifier, clock } = start();
    await verifier.verify(tokenOf('u1'));
    authority.jwks = () => Promise.reject(new AppError('UNAVAILABLE', 'away'));
    clock.now += 5 * 60_000;
    await expect(verifier.verify(tokenOf('u1', pairOf('new')))).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
    expect((await verifier.verify(tokenOf('u1'))).userId).toBe('u1');
  });

  it('of a new key is accepted once the key set shows it, of a withdrawn one no more', async () => {
    const { authority, verifier, clock } = start();
    await verifier.verify(tokenOf('u1'));
    const next = pairOf('two');
    authority.keys = [next.jwk];
    clock.now += 30_001;
    expect((await verifier.verify(tokenOf('u1', next))).userId).toBe('u1');
    await expect(verifier.verify(tokenOf('u2'))).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
  });
});

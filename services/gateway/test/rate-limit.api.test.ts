import { createHash, generateKeyPairSync } from 'node:crypto';
import { signAccessToken } from '@polycloud/auth';
import { newId } from '@polycloud/http';
import request from 'supertest';
import { RunningGateway } from './running-gateway';

const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const tokenOf = (userId: string) =>
  signAccessToken({ userId, sessionId: newId() }, { kid: 'k1', privateKey: signing.privateKey });
const PARTNER_KEY = 'pk_partner';

describe('rate limits', () => {
  let gateway: RunningGateway;

  beforeEach(async () => {
    gateway = await RunningGateway.start({
      RATE_LIMIT_FACTOR: 1,
      API_KEYS: { partner: { sha256: createHash('sha256').update(PARTNER_KEY).digest('hex'), perDay: 3 } },
    });
    const jwk = { ...signing.publicKey.export({ format: 'jwk' }), kid: 'k1' };
    gateway.answers.user = (asked, response) => {
      asked.resume();
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(asked.url === '/.well-known/jwks.json' ? { keys: [jwk] } : { data: {} }));
    };
  });
  afterEach(() => gateway.stop());

  const logIn = () => request(gateway.url).post('/authentication').send({});
  const order = (token: string) => request(gateway.url).post('/user/order').set('Authorization', `Bearer ${token}`).send({});

  it('tells every client what is allowed and what is left', async () => {
    const { headers } = await request(gateway.url).get('/clouds');
    expect(headers['ratelimit-policy']).toBe('"address";q=12000;w=60, "read";q=3000;w=60');
    expect(headers['ratelimit']).toMatch(/^"read";r=2999;t=(60|59)$/);
  });

  it('429 RATE_LIMITED once an address has tried to log in too often, with Retry-After', async () => {
    for (let at = 0; at < 60; at++) expect((await logIn()).status).toBe(200);
    const { status, body, headers } = await logIn();
    expect([status, body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(headers['ratelimit']).toMatch(/^"login";r=0;t=/);
    expect((await request(gateway.url).get('/clouds')).status).toBe(200);
  });

  it('counts each user for himself, whatever his address and his session', async () => {
    const [one, other] = [newId(), newId()];
    for (let at = 0; at < 600; at += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => order(tokenOf(one))));
      expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
    }
    expect((await order(tokenOf(one))).status).toBe(429);
    expect((await order(tokenOf(other))).status).toBe(200);
  });

  it('does not count a forged token for the user whom it names', async () => {
    const victim = newId();
    const forged = signAccessToken(
      { userId: victim, sessionId: newId() },
      { kid: 'k1', privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
    );
    await order(tokenOf(victim));
    await order(forged);
    expect((await order(tokenOf(victim))).headers['ratelimit']).toMatch(/^"write";r=598;/);
  });

  it('holds a third party to the quota of its key, and refuses a key that nobody was given', async () => {
    const ask = (key: string) => request(gateway.url).get('/clouds').set('X-API-Key', key);
    for (let at = 0; at < 3; at++) expect((await ask(PARTNER_KEY)).status).toBe(200);
    const refused = await ask(PARTNER_KEY);
    expect([refused.status, refused.headers['ratelimit-policy']]).toEqual([429, '"quota";q=3;w=86400, "read";q=3000;w=60']);
    expect((await ask('pk_guessed')).status).toBe(401);
    expect(gateway.reached.filter(({ headers }) => 'x-api-key' in headers)).toEqual([]);
  });

  it('counts all addresses of one IPv6 network as one client', async () => {
    await gateway.stop();
    gateway = await RunningGateway.start({ RATE_LIMIT_FACTOR: 1, TRUST_PROXY: ['loopback'] });
    const left = async (address: string) => {
      const { headers } = await request(gateway.url).get('/clouds').set('X-Forwarded-For', address);
      return Number(/r=(\d+)/.exec(headers['ratelimit'] as string)?.[1]);
    };
    expect(await left('2001:db8:0:1::1')).toBe(2_999);
    expect(await left('2001:db8:0:1:ffff::2')).toBe(2_998);
    expect(await left('2001:db8:0:2::1')).toBe(2_999);
    expect(await left('198.51.100.1')).toBe(2_999);
    expect(await left('::ffff:198.51.100.1')).toBe(2_998);
    expect(await left('198.51.100.2')).toBe(2_999);
  });

  it('never counts a probe', async () => {
    expect((await request(gateway.url).get('/livez')).headers).not.toHaveProperty('ratelimit');
  });
});

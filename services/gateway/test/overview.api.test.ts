import { generateKeyPairSync } from 'node:crypto';
import { signAccessToken } from '@polycloud/auth';
import { newId } from '@polycloud/http';
import request from 'supertest';
import { RunningGateway } from './running-gateway';

const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [userId, sessionId] = [newId(), newId()];
const token = signAccessToken({ userId, sessionId }, { kid: 'k1', privateKey: signing.privateKey });
const verified = { userId, sessionId, roles: ['customer'], cloud: null, expiresAt: '2100-01-01T00:00:00.000Z' };
const user = { id: userId, name: 'Sara', email: 'sara@example.com', phone: null, roles: ['customer'], cloud: null };

describe('GET /overview with a service that hangs', () => {
  let gateway: RunningGateway;

  beforeAll(async () => {
    gateway = await RunningGateway.start({ REQUEST_TIMEOUT_MS: 10_000, NODE_ENV: 'production' });
    const jwk = { ...signing.publicKey.export({ format: 'jwk' }), kid: 'k1' };
    const answers: Record<string, object> = {
      '/.well-known/jwks.json': { keys: [jwk] },
      '/internal/tokens/verify': { data: verified },
      '/user/details': { data: user },
    };
    gateway.answers.user = (asked, response) => {
      asked.resume();
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answers[asked.url ?? '']));
    };
  });
  afterAll(() => gateway.stop());

  const overview = () => request(gateway.url).get('/overview').set('Authorization', `Bearer ${token}`);

  it('200 says so in its part, and gives it no more time than the page has, however often it is asked', async () => {
    // Calls that go well save up for those that are made again.
    for (let at = 0; at < 20; at++) expect((await overview()).status).toBe(200);
    gateway.reached.length = 0;
    gateway.answers.order = () => {};
    const { status, body } = await overview();
    expect([status, body.data.orders.error.code]).toEqual([200, 'UPSTREAM_TIMEOUT']);
    expect(body.data.details.data).toEqual(user);
    expect(body.data.billing.data).toEqual({ service: 'billing' });
    const asked = gateway.reached.filter(({ service }) => service === 'order');
    const given = asked.map(({ headers }) => Number(headers['x-request-timeout-ms']));
    expect(asked.length).toBeGreaterThan(1);
    expect(given.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(3_000);
  });
});

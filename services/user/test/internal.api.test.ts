import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { ServiceIdentity, TokenVerifier } from '@polycloud/auth';
import { tokens, users } from '@polycloud/contracts';
import { clientOf } from '@polycloud/http';
import { type Person, RunningUserService } from './running-service';

let service: RunningUserService;
let person: Person;
beforeAll(async () => {
  service = await RunningUserService.start();
  person = await service.person();
});
afterAll(() => service.stop());

const NEW_KEY = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const verify = (bearer: string, token = person.accessToken) =>
  service.http.post('/internal/tokens/verify').auth(bearer, { type: 'bearer' }).send({ token });

describe('/internal takes the token of a service and nothing else', () => {
  it('200 for a trusted service', async () => {
    expect((await verify(service.serviceToken())).status).toBe(200);
  });

  it("401 for a user's token, an administrator's too, and for headers that claim to be a service", async () => {
    const boss = await service.person({ email: 'boss@example.com' });
    expect((await verify(person.accessToken)).status).toBe(401);
    expect((await verify(boss.accessToken)).status).toBe(401);
    const claimed = { 'X-Service': 'order', 'X-Internal': 'true', 'X-Forwarded-User': person.id };
    const answer = await service.http.post('/internal/tokens/verify').set(claimed).send({ token: person.accessToken });
    expect(answer.status).toBe(401);
  });

  it('401 for a token for another service, of a stranger, or of a stranger who calls himself order', async () => {
    const { SERVICE_TRUST: trust } = service.config;
    expect((await verify(service.serviceToken(undefined, 'billing'))).status).toBe(401);
    expect((await verify(new ServiceIdentity('order', NEW_KEY(), trust).tokenFor('user'))).status).toBe(401);
    expect((await verify(new ServiceIdentity('stranger', NEW_KEY(), trust).tokenFor('user'))).status).toBe(401);
  });

  it('200 by the old and by the new key while a service changes its own', async () => {
    const { SERVICE_TRUST: trust } = service.config;
    const key = NEW_KEY();
    const pub = createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string;
    const changing = await service.another({ SERVICE_TRUST: { ...trust, order: `${trust['order']}\n${pub}` } });
    const statusOf = async (bearer: string) => {
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ token: person.accessToken });
      return (await fetch(`${changing.url}/internal/tokens/verify`, { method: 'POST', headers, body })).status;
    };
    expect(await statusOf(service.serviceToken())).toBe(200);
    expect(await statusOf(new ServiceIdentity('order', key, trust).tokenFor('user'))).toBe(200);
    expect(await statusOf(new ServiceIdentity('order', NEW_KEY(), trust).tokenFor('user'))).toBe(401);
    await changing.stop();
  });

  it('401 for a service token that has run out', async () => {
    const spy = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 10 * 60_000);
    // For somebody of its own: a token of the same meaning as before would be that of before.
    const old = service.serviceToken({ userId: person.id, roles: ['customer'], cloud: 'IBM' });
    spy.mockRestore();
    expect((await verify(old)).status).toBe(401);
  });

  it('serves a service on behalf of the user that its token names, whatever headers say', async () => {
    const caller = { userId: person.id, roles: ['customer' as const], cloud: null };
    const answer = await service.http
      .get('/user/details')
      .auth(service.serviceToken(caller), { type: 'bearer' })
      .set('X-User-Id', 'someone');
    expect(answer.body.data.id).toBe(person.id);
    expect((await service.http.get('/user/details').auth(service.serviceToken(), { type: 'bearer' })).status).toBe(401);
    const asAdmin = await service.http.get('/users').auth(service.serviceToken(caller), { type: 'bearer' });
    expect(asAdmin.status).toBe(403);
  });
});

describe('another service', () => {
  const connectTo = (url: string) => {
    const peer = { name: 'user', url, identity: service.peer };
    const [tokensApi, usersApi, clock] = [clientOf(tokens, peer), clientOf(users, peer), { ahead: 0 }];
    const verifier = new TokenVerifier(tokensApi, () => Date.now() + clock.ahead);
    return { verifier, usersApi, clock, close: () => Promise.all([tokensApi.close(), usersApi.close()]) };
  };

  it('learns who a user is, and within 5 s that he has logged out', async () => {
    const { verifier, usersApi, clock, close } = connectTo(service.running.url);
    const { id, accessToken } = await service.person();
    const caller = await verifier.verify(accessToken);
    expect(caller).toMatchObject({ userId: id, roles: ['customer'], cloud: null });
    expect((await usersApi.details({ onBehalfOf: caller })).id).toBe(id);
    await service.http.post('/authentication/logout').auth(accessToken, { type: 'bearer' });
    clock.ahead = 4_999;
    await expect(verifier.verify(accessToken)).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
    await close();
  });

  it('learns within 5 s that a user was disabled', async () => {
    const { verifier, clock, close } = connectTo(service.running.url);
    const { id, accessToken } = await service.person();
    await verifier.verify(accessToken);
    await service.database.adminQuery('UPDATE users SET disabled_at = NOW(3) WHERE id = ?', [id]);
    clock.ahead = 4_999;
    await expect(verifier.verify(accessToken)).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
    await close();
  });

  it('answers 503 with Retry-After, not 401, when the user service is gone', async () => {
    const gone = await service.another();
    const { verifier, close } = connectTo(gone.url);
    await verifier.verify(person.accessToken);
    const other = await service.person();
    await gone.stop();
    const failure = { code: 'UNAVAILABLE', status: 503, headers: { 'Retry-After': '1' } };
    await expect(verifier.verify(other.accessToken)).rejects.toMatchObject(failure);
    await close();
  });

  it('503 with Retry-After while the database is gone: nobody is logged out by that', async () => {
    const { DATABASE_HOST: host, DATABASE_PORT: port } = service.config;
    const sockets = new Set<Socket>();
    const relay = createServer((near) => {
      const far = connect(port, host);
      for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const behind = await service.another({ DATABASE_PORT: (relay.address() as AddressInfo).port });
    const details = () => fetch(`${behind.url}/user/details`, { headers: { authorization: `Bearer ${person.accessToken}` } });
    expect((await details()).status).toBe(200);
    relay.close();
    for (const socket of sockets) socket.destroy();
    const answer = await details();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    await behind.stop();
  });
});

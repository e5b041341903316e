import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { Forger } from './forged-token';
import { type Person, RunningUserService } from './running-service';

let service: RunningUserService;
let person: Person;
let forger: Forger;
beforeAll(async () => {
  service = await RunningUserService.start();
  person = await service.person();
  forger = await Forger.of(service, person.accessToken);
});
afterAll(() => service.stop());

const now = () => Math.floor(Date.now() / 1000);

/** Refused at both doors with one and the same answer, and nothing changed. */
async function expectRefused(token: string): Promise<void> {
  const own = await service.http.patch('/user/details').auth(token, { type: 'bearer' }).send({ name: 'Mallory' });
  expect([own.status, own.body.code]).toEqual([401, 'NOT_AUTHENTICATED']);
  expect(own.headers['www-authenticate']).toContain('Bearer error="invalid_token"');
  const asked = await service.verifyAtService(token);
  expect([401, 400]).toContain(asked.status);
  expect((await service.details(person.accessToken)).body.data.name).toBe('Sara Ali');
}

it('200 for what the forger makes unchanged: each refusal below is of the one thing that it changes', async () => {
  expect((await service.details(forger.signed())).status).toBe(200);
  expect((await service.verifyAtService(forger.signed())).status).toBe(200);
});

describe('401 for a request', () => {
  it.each([
    ['no Authorization header', {}],
    ['an empty bearer', { Authorization: 'Bearer ' }],
    ['another scheme', { Authorization: 'Basic c2FyYTpzYXJh' }],
    ['no scheme', { Authorization: 'TOKEN' }],
    ['the token in a cookie', { Cookie: 'accessToken=TOKEN' }],
    ['headers that say who it is', { 'X-User-Id': 'ID', 'X-Roles': 'admin', 'X-Forwarded-User': 'ID' }],
  ])('with %s', async (_what, headers) => {
    const filled = Object.entries(headers).map(([name, value]) => [
      name,
      value.replace('TOKEN', person.accessToken).replace('ID', person.id),
    ]);
    const answer = await service.http.get('/user/details').set(Object.fromEntries(filled));
    expect([answer.status, answer.body.code]).toEqual([401, 'NOT_AUTHENTICATED']);
  });

  it('with the token in the query', async () => {
    const answer = await service.http.get(`/user/details?access_token=${person.accessToken}`);
    expect(answer.status).toBe(401);
  });

  it('with two Authorization headers, though one is good', async () => {
    const { port } = new URL(service.running.url);
    const good = `Authorization: Bearer ${person.accessToken}`;
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET /user/details HTTP/1.1\r\nHost: x\r\n${good}\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 40[01] /);
  });
});

describe('401 for a token whose signature', () => {
  it.each(['none', 'None', 'NONE', 'nOnE'])('is waived by alg %s', (alg) => expectRefused(forger.withSignature('', { alg })));
  it('is waived by no alg', () => expectRefused(forger.withSignature('', { alg: undefined })));
  it('is empty', () => expectRefused(forger.withSignature('')));
  it('is all zeros', () => expectRefused(forger.withSignature(Buffer.alloc(64))));
  it('is of the DER kind, right or zero', async () => {
    await expectRefused(forger.signedInDer());
    await expectRefused(forger.withSignature(Buffer.from('3006020100020100', 'hex')));
  });
  it('is of a stranger', () => expectRefused(forger.byStranger('ES256')));
  it.each(['RS256', 'PS256', 'ES384', 'EdDSA'])('is of %s', (alg) => expectRefused(forger.byStranger(alg)));

  it('is an HMAC with the public key in any spelling', async () => {
    const pem = forger.publicPem;
    const der = Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64');
    const secrets = [pem, pem.trim(), ` ${pem}`, `\n${pem}`, der, JSON.stringify(forger.key.publicJwk), ''];
    for (const secret of secrets) await expectRefused(forger.hmac(secret));
    await expectRefused(forger.hmac('', { kid: '../../../../dev/null' }));
  });

  it('is spelled in another way', async () => {
    const [header, payload, signature = ''] = person.accessToken.split('.');
    const last = signature.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const varied = alphabet[alphabet.indexOf(last) + 1] ?? '';
    await expectRefused(`${header}.${payload}.${signature.slice(0, -1)}${varied}`);
    await expectRefused(`${person.accessToken}==`);
    await expectRefused(`${header}.${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`);
    await expectRefused(`${person.accessToken}.`);
    await expectRefused(`${header}.${payload}`);
  });
});

describe('401 for a token whose header', () => {
  it.each([
    ['names a file as key', { kid: '../../../../dev/null' }],
    ['injects SQL as key', { kid: "x' UNION SELECT 'k" }],
    ['names a prototype as key', { kid: '__proto__' }],
    ['names a constructor as key', { kid: 'constructor' }],
    ['has a list as key', { kid: ['a'] }],
    ['has an object as key', { kid: { a: 1 } }],
    ['has a number as key', { kid: 1 }],
    ['has 5 KB of key', { kid: 'k'.repeat(5_000) }],
    ['has no key', { kid: undefined }],
    ['asks for an unknown extension', { crit: ['exp'] }],
    ['does not encode the payload', { b64: false, crit: ['b64'] }],
    ['brings its own key', { jwk: { kty: 'EC' } }],
    ['brings its own certificate', { x5c: ['MII'] }],
    ['says it is a plain JWT', { typ: 'JWT' }],
    ['says it is a service token', { typ: 'svc+jwt' }],
    ['has no type', { typ: undefined }],
  ])('%s', (_what, header) => expectRefused(forger.signed({}, header)));

  it('names an address to fetch the key from, which is never called', async () => {
    let calls = 0;
    const listener = createServer((_request, response) => {
      calls++;
      response.end('{}');
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/keys`;
    for (const header of [{ jku: url }, { x5u: url }]) await expectRefused(forger.signed({}, { ...header, kid: 'other' }));
    await new Promise((resolve) => listener.close(resolve));
    expect(calls).toBe(0);
  });
});

describe('401 for a token whose life', () => {
  it.each([
    ['is over, by more than the leeway', () => ({ iat: now() - 700, exp: now() - 61 })],
    ['has no end', () => ({ exp: undefined })],
    ['has no beginning', () => ({ iat: undefined })],
    ['ends in a text', () => ({ exp: String(now() + 600) })],
    ['ends in the midst of a second', () => ({ exp: now() + 600.5 })],
    ['ends before 1970', () => ({ exp: -1 })],
    ['is longer than 15 minutes', () => ({ iat: now(), exp: now() + 901 })],
    ['ends in the year 9999', () => ({ exp: 253402300799 })],
    ['begins in an hour', () => ({ iat: now() + 3600, exp: now() + 4000 })],
    ['may not begin yet', () => ({ nbf: now() + 3600 })],
  ])('%s', (_what, claims) => expectRefused(forger.signed(claims())));

  it('ends never, in a number that JSON cannot hold', () =>
    expectRefused(forger.signedText(JSON.stringify({ ...forger.good, exp: 'X' }).replace('"X"', '1e400'))));

  it('200 within the leeway for clocks that differ', async () => {
    expect((await service.details(forger.signed({ iat: now() - 600, exp: now() - 30 }))).status).toBe(200);
  });
});

describe('401 for a token that', () => {
  it.each([
    ['is for another audience', { aud: 'order' }],
    ['is for an audience that ours begins', { aud: 'polycloud-admin' }],
    ['is for several audiences', { aud: ['polycloud', 'other'] }],
    ['is for a list of ours only', { aud: ['polycloud'] }],
    ['is for nobody', { aud: undefined }],
    ['is of another issuer', { iss: 'staging-user' }],
    ['is of our issuer in another spelling', { iss: 'Polycloud-User' }],
    ['is of our issuer with a slash', { iss: 'polycloud-user/' }],
    ['is of no user', { sub: undefined }],
    ['is of no session', { sid: undefined }],
    ['is of a session that there is not', { sid: '019a0000-0000-7000-8000-000000000000' }],
    ['is of an object', { sub: { id: 1 } }],
  ])('%s', (_what, claims) => expectRefused(forger.signed(claims)));

  it("is of another user's session", async () => {
    const other = await service.person();
    await expectRefused(forger.signed({ sub: other.id }));
  });

  it('was changed after it was signed', async () => {
    const [header = '', , signature] = person.accessToken.split('.');
    const changed = Buffer.from(JSON.stringify({ ...forger.good, sub: 'x', roles: ['admin'] })).toString('base64url');
    await expectRefused(`${header}.${changed}.${signature}`);
    const twice = Buffer.from(`{"sub":"x",${JSON.stringify(forger.good).slice(1)}`).toString('base64url');
    await expectRefused(`${header}.${twice}.${signature}`);
    const [, payload] = person.accessToken.split('.');
    const other = Buffer.from(JSON.stringify(forger.header({ extra: 1 }))).toString('base64url');
    await expectRefused(`${other}.${payload}.${signature}`);
  });

  it('is a refresh token, a service token, a nested or encrypted one, or no token at all', async () => {
    await expectRefused(person.refreshToken);
    await expectRefused(service.serviceToken());
    await expectRefused('a.b.c.d.e');
    await expectRefused(`${Buffer.from('{"typ":"JWT","alg":"ES256"}').toString('base64url')}.e30x.AA`);
    await expectRefused('...');
  });

  it('431 or 401 when it has 100 KB', async () => {
    const answer = await service.details('x'.repeat(100_000)).catch(() => ({ status: 431 }));
    expect([401, 431]).toContain(answer.status);
  });
});

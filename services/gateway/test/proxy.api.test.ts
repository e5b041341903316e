import { once } from 'node:events';
import { Agent, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { ServiceIdentity } from '@polycloud/auth';
import request from 'supertest';
import { RunningGateway } from './running-gateway';

describe('the gateway in front of the services', () => {
  let gateway: RunningGateway;

  beforeAll(async () => {
    gateway = await RunningGateway.start({ CORS_ORIGINS: ['https://app.example.com'] });
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    gateway.reached.length = 0;
    for (const service of Object.keys(gateway.answers)) delete gateway.answers[service as 'user'];
  });

  it.each([
    ['POST', '/user', 'user'],
    ['GET', '/clouds', 'user'],
    ['POST', '/user/order', 'order'],
    ['GET', '/user/process/x/events', 'order'],
    ['GET', '/billing/info', 'billing'],
    ['POST', '/payment/webhook/sandbox', 'billing'],
    ['GET', '/user/data?prefix=a', 'tenant-data'],
  ])('sends %s %s to the %s service', async (method, path, service) => {
    const answer = await fetch(`${gateway.url}${path}`, { method });
    expect(await answer.json()).toEqual({ data: { service } });
    expect(gateway.reached.map(({ url }) => url)).toEqual([path]);
  });

  it.each(['/internal/tokens/verify', '/INTERNAL/tokens/verify', '/internal/orders/x', '/outbox/sms', '/metrics-of/user'])(
    '404 lets nothing through to %s',
    async (path) => {
      const answer = await request(gateway.url).get(path);
      expect([answer.status, answer.body.code, gateway.reached]).toEqual([404, 'NOT_FOUND', []]);
    },
  );

  it.each(['/user/../internal/x', '/user/%2e%2e/internal/x', '/order/..%2finternal', '//internal/x', '/user/details\\..\\x'])(
    '400 refuses the path %s',
    async (path) => {
      expect(await statusOf(gateway, `GET ${path} HTTP/1.1`)).toBe(400);
      expect(gateway.reached).toEqual([]);
    },
  );

  it.each([
    ['two tokens', ['Authorization: Bearer a', 'Authorization: Bearer b']],
    ['two hosts', ['Host: evil.example.com']],
    ['two lengths', ['Content-Length: 0', 'Content-Length: 5']],
  ])('400 refuses %s', async (_name, headers) => {
    expect(await statusOf(gateway, 'GET /clouds HTTP/1.1', headers)).toBe(400);
    expect(gateway.reached).toEqual([]);
  });

  it('rebuilds the headers also of a request that waits for its body to be asked for', async () => {
    const headers = ['Expect: 100-continue', 'X-User-Id: somebody-else', 'Content-Length: 0'];
    await statusOf(gateway, 'POST /user/order HTTP/1.1', headers);
    // The gateway asks for the body before the request has reached the service.
    for (let tries = 0; tries < 200 && gateway.reached.length === 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    expect(gateway.reached[0]?.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1' });
    for (const name of ['x-user-id', 'expect']) expect(gateway.reached[0]?.headers).not.toHaveProperty(name);
  });

  it('rebuilds the headers: who a client says he is does not pass', async () => {
    await request(gateway.url)
      .get('/clouds')
      .set({ 'X-User-Id': '1', 'X-Forwarded-For': '10.0.0.1', 'X-Real-IP': '10.0.0.1', Forwarded: 'for=10.0.0.1', Cookie: 'a=b' })
      .set({ 'X-Tenant-Id': '1', 'X-Http-Method-Override': 'DELETE', 'Idempotency-Key': 'k', 'X-Request-Id': 'mine' });
    const headers = gateway.reached[0]?.headers ?? {};
    for (const name of ['x-user-id', 'x-tenant-id', 'x-real-ip', 'forwarded', 'cookie', 'x-http-method-override'])
      expect(headers).not.toHaveProperty(name);
    expect(headers).toMatchObject({ 'idempotency-key': 'k', 'x-request-id': 'mine', 'x-forwarded-for': '127.0.0.1' });
    expect(Number(headers['x-request-timeout-ms'])).toBeLessThanOrEqual(1_980);
  });

  it.each(['stripe-signature', 'sandbox-signature', 'x-razorpay-signature', 'x-razorpay-event-id', 'hashstring'])(
    'passes the header %s of a payment gateway on, to where it posts its events only',
    async (name) => {
      await request(gateway.url).post('/payment/webhook/x').set(name, 'signed').send({});
      await request(gateway.url).post('/quote').set(name, 'signed').send({});
      expect(gateway.reached.map(({ headers }) => headers[name])).toEqual(['signed', undefined]);
    },
  );

  it("401 refuses a service's own token from outside", async () => {
    const token = new ServiceIdentity('gateway', gateway.keys.key, {}).tokenFor('user');
    const answer = await request(gateway.url).get('/user/details').set('Authorization', `Bearer ${token}`);
    expect([answer.status, gateway.reached]).toEqual([401, []]);
  });

  it('streams events as they come, uncompressed and beyond the timeout of an answer', async () => {
    const written: (() => void)[] = [];
    gateway.answers.order = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' });
      response.write('data: 1\n\n');
      written.push(() => response.end('data: 2\n\n'));
    };
    const answer = await fetch(`${gateway.url}/user/process/x/events`, { headers: { 'Accept-Encoding': 'gzip' } });
    const reader = answer.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: 1\n\n');
    expect(answer.headers.get('content-encoding')).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    written.forEach((end) => end());
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: 2\n\n');
  });

  it('passes a body on as it comes', async () => {
    const reached = new Promise<IncomingMessage>((resolve) => (gateway.answers.order = (message) => resolve(message)));
    const client = send(`${gateway.url}/user/order`, { method: 'POST' });
    client.on('error', () => {}).write('first');
    const message = await reached;
    expect(String((await once(message, 'data'))[0])).toBe('first');
    client.write('second');
    expect(String((await once(message, 'data'))[0])).toBe('second');
    client.destroy();
    // A body that ends early is no body: the service must not take it for one.
    await expect(once(message, 'end')).rejects.toThrow('aborted');
  });

  it('413 leaves the connection good when the service answers before it has read the body', async () => {
    gateway.answers.order = (_request, response) => response.writeHead(413).end();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = (body: Buffer) => statusOverAgent(`${gateway.url}/user/order`, agent, body);
    expect(await post(Buffer.alloc(4_000_000, ' '))).toBe(413);
    delete gateway.answers.order;
    expect(await post(Buffer.from('{}'))).toBe(200);
    agent.destroy();
  });

  it('tells the service that the client went away', async () => {
    const reached = new Promise<ServerResponse>((resolve) => (gateway.answers.order = (_request, response) => resolve(response)));
    const client = new AbortController();
    const asked = fetch(`${gateway.url}/orders`, { signal: client.signal }).catch(() => undefined);
    const response = await reached;
    const closed = once(response, 'close');
    client.abort();
    await Promise.all([asked, closed]);
    expect(response.writableFinished).toBe(false);
  });

  it('compresses large answers', async () => {
    gateway.answers['tenant-data'] = (_request, response) =>
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ data: 'x'.repeat(50_000) }));
    const ask = () => fetch(`${gateway.url}/data`, { headers: { 'Accept-Encoding': 'gzip' } });
    let answer = await ask();
    // A busy machine sheds a request now and then.
    for (let tries = 0; tries < 20 && answer.status === 503; tries++) answer = await ask();
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(((await answer.json()) as { data: string }).data).toHaveLength(50_000);
  });

  it('leaves small answers as they are', async () => {
    const answer = await fetch(`${gateway.url}/clouds`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answer.json()).toEqual({ data: { service: 'user' } });
  });

  it('lets the listed origin read the fields that clients need, and no other origin', async () => {
    const listed = await request(gateway.url).get('/clouds').set('Origin', 'https://app.example.com');
    expect(listed.headers['access-control-allow-origin']).toBe('https://app.example.com');
    for (const field of ['Location', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'ETag'])
      expect(listed.headers['access-control-expose-headers']).toContain(field);
    const other = await request(gateway.url).get('/clouds').set('Origin', 'https://evil.example.com');
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('504 when a service is too slow, while the others answer', async () => {
    gateway.answers.order = () => {};
    const slow = request(gateway.url).get('/orders').then();
    expect((await request(gateway.url).get('/clouds')).status).toBe(200);
    const { status, body, headers } = await slow;
    expect([status, body.code, headers['retry-after']]).toEqual([504, 'UPSTREAM_TIMEOUT', '1']);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['resets the connection', (socket) => socket.resetAndDestroy()],
    ['ends the connection', (socket) => socket.destroy()],
    ['answers something else than HTTP', (socket) => socket.end('220 mail.example.com ESMTP\r\n')],
  ])('502 UPSTREAM_FAILED when a service %s, of a read and of a write', async (_what, breakOff) => {
    gateway.answers.order = ({ socket }) => breakOff(socket);
    const read = await request(gateway.url).get('/orders');
    expect([read.status, read.body.code]).toEqual([502, 'UPSTREAM_FAILED']);
    const write = await request(gateway.url).post('/user/order').send({ items: [] });
    expect([write.status, write.body.code]).toEqual([502, 'UPSTREAM_FAILED']);
    expect(gateway.reached).toHaveLength(2);
  });

  it('breaks off an answer that the service breaks off, so that nobody takes it for whole', async () => {
    gateway.answers.order = ({ socket }, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 100 }).write('{"data":');
      setTimeout(() => socket.resetAndDestroy(), 50);
    };
    const answer = await fetch(`${gateway.url}/orders`);
    await expect(answer.text()).rejects.toThrow();
  });

  it('503 in a moment for what exceeds the room of a slow service, while the other services answer', async () => {
    gateway.answers.order = () => {};
    const hanging = Array.from({ length: 300 }, () => fetch(`${gateway.url}/orders`));
    expect((await Promise.race(hanging)).status).toBe(503);
    const others = await Promise.all(Array.from({ length: 100 }, () => fetch(`${gateway.url}/clouds`)));
    const stillAsked = gateway.reached.filter(({ service }) => service === 'order').length;
    expect(others.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
    const statuses = (await Promise.all(hanging)).map(({ status }) => status);
    expect([stillAsked, statuses.filter((status) => status === 504).length]).toEqual([256, 256]);
  }, 30_000);
});

describe('the gateway in front of a service that is not there', () => {
  it.each([
    ['refuses connections', 'http://127.0.0.1:1'],
    ['has a name that nobody knows', 'http://order.invalid'],
  ])('503 UNAVAILABLE with Retry-After when it %s', async (_what, ORDER_URL) => {
    const gateway = await RunningGateway.start({ ORDER_URL });
    const { status, body, headers } = await request(gateway.url).get('/orders');
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'UNAVAILABLE', '1']);
    await gateway.stop();
  });
});

describe('a gateway that stops', () => {
  it('tells clients on their kept connections, whatever the service says of its own', async () => {
    const gateway = await RunningGateway.start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async () => {
      const [answer] = (await once(send(`${gateway.url}/clouds`, { agent }).end(), 'response')) as [IncomingMessage];
      await once(answer.resume(), 'end');
      return answer.headers.connection;
    };
    expect(await ask()).toBe('keep-alive');
    const stopped = gateway.stop();
    expect(await ask()).toBe('close');
    await stopped;
    agent.destroy();
  });
});

/** The status that the gateway answers to bytes which no HTTP client would send. */
async function statusOf(gateway: RunningGateway, line: string, headers: string[] = []): Promise<number> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.write([line, 'Host: localhost', ...headers, 'Connection: close', '', ''].join('\r\n'));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer.toString())?.[1]);
}

/** The status that a POST gets, once all of it is sent and the answer is read. */
async function statusOverAgent(url: string, agent: Agent, body: Buffer): Promise<number | undefined> {
  const request = send(url, { method: 'POST', agent, headers: { 'Content-Type': 'application/json' } });
  const sent = new Promise<void>((resolve) => request.end(body, resolve));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await Promise.all([sent, once(response.resume(), 'end')]);
  return response.statusCode;
}

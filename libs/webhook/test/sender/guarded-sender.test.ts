import { Socket } from 'node:net';
import { AppError } from '@polycloud/contracts';
import { GuardedSender, type GuardedSenderOptions, type SendResult } from '../../src/sender/guarded-sender';
import { selfSigned } from '../certificates';
import { FORBIDDEN_FORMS, FORBIDDEN_HOSTS, FORBIDDEN_PORTS } from './forbidden-targets';
import { openInternet } from './open-internet';
import { canary, httpsReceiver, type Receiver } from './receivers';

const PUBLIC = '93.184.216.34';
const HOST = 'hooks.example.com';
const certificate = selfSigned({ names: [HOST] });

describe('GuardedSender', () => {
  let trap: Receiver;
  let sender: GuardedSender | undefined;
  const open: Receiver[] = [];

  beforeAll(async () => (trap = await canary()));
  afterAll(() => trap.close());
  beforeEach(() => (trap.connections = 0));
  afterEach(async () => {
    jest.restoreAllMocks();
    await sender?.close();
    await Promise.all(open.splice(0).map((receiver) => receiver.close()));
    expect(trap.connections).toBe(0);
  });

  /** A sender as in production, but that the port of the trap is allowed: it is the host that is to be refused. */
  const guard = (options: Partial<GuardedSenderOptions> = {}) =>
    (sender = new GuardedSender({ allowPrivate: false, ports: [443, trap.port], ca: certificate.pem, ...options }));
  const send = (url: string, options: Partial<GuardedSenderOptions> = {}): Promise<SendResult> =>
    guard(options).send({ url, headers: { 'webhook-id': '1' }, body: '{}' });
  const refusalOf = (url: string, options: Partial<GuardedSenderOptions> = {}) => {
    try {
      guard(options).check(url);
      return undefined;
    } catch (error) {
      return error instanceof AppError ? [error.code, error.errors?.[0]?.field] : error;
    }
  };
  const REFUSED = ['VALIDATION_FAILED', 'body.callbackUrl'];

  describe('refuses when it is registered, and sends no packet when it is to be called', () => {
    it.each([...FORBIDDEN_HOSTS, ...FORBIDDEN_FORMS])('%s: %s', async (_why, template) => {
      const connecting = jest.spyOn(Socket.prototype, 'connect');
      const url = template.replace('PORT', String(trap.port));
      expect(refusalOf(url)).toEqual(REFUSED);
      expect(await send(url, { resolve: () => Promise.resolve(['127.0.0.1']) })).toMatchObject({ outcome: 'failed' });
      expect(connecting).not.toHaveBeenCalled();
    });

    it.each(FORBIDDEN_PORTS)('the port %i', (port) => {
      expect(refusalOf(`https://${HOST}:${port}/`)).toEqual(REFUSED);
    });
  });

  it.each(['https://hooks.example.com/a?b=c#d', 'https://8.8.8.8/', 'https://[2606:4700::1111]/', 'https://bücher.example/'])(
    'takes %s',
    (url) => expect(refusalOf(url)).toBeUndefined(),
  );

  describe('looks at what a name resolves to', () => {
    it.each([
      ['nothing', []],
      ['a private address', ['10.0.0.1']],
      ['the loopback', ['127.0.0.1']],
      ['metadata of a cloud', ['169.254.169.254']],
      ['a public and a private one', [PUBLIC, '127.0.0.1']],
      ['a public one and a private IPv6', [PUBLIC, 'fd00:ec2::254']],
      ['an IPv4 inside of IPv6', ['::ffff:127.0.0.1']],
    ])('and calls nobody for %s', async (_what, addresses) => {
      const { dialled } = openInternet();
      const result = await send(`https://${HOST}:${trap.port}/`, { resolve: () => Promise.resolve(addresses) });
      expect(result).toMatchObject({ outcome: 'failed', reason: 'The host has no public address' });
      expect(dialled).toEqual([]);
    });

    it('and connects to the very address that was vetted, though the name changes a moment later', async () => {
      const receiver = await receive((_request, response) => response.writeHead(204).end());
      const answers = [[PUBLIC], ['127.0.0.1']];
      const resolve = jest.fn(() => Promise.resolve(answers.shift() ?? []));
      const { dialled } = openInternet();
      const url = `https://${HOST}:${receiver.port}/`;
      const options = { resolve, ports: [receiver.port] };
      expect(await send(url, options)).toMatchObject({ outcome: 'answered', status: 204 });
      expect([dialled, resolve.mock.calls.length, receiver.serverNames]).toEqual([[PUBLIC], 1, [HOST]]);
      expect(await send(url, options)).toMatchObject({ outcome: 'failed' });
      expect([dialled, receiver.connections]).toEqual([[PUBLIC], 1]);
    });
  });

  const receive = async (handler: Parameters<typeof httpsReceiver>[1]) => {
    const receiver = await httpsReceiver(certificate, handler);
    open.push(receiver);
    return receiver;
  };
  /** Sends to a receiver that stands for a public one. */
  const sendTo = (receiver: Receiver, options: Partial<GuardedSenderOptions> = {}) => {
    openInternet();
    const reach = { resolve: () => Promise.resolve([PUBLIC]), ports: [receiver.port] };
    return send(`https://${HOST}:${receiver.port}/hook`, { ...reach, ...options });
  };

  it.each([301, 302, 303, 307, 308])('takes a redirect (%i) for the answer and does not follow it', async (status) => {
    const receiver = await receive((_request, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${trap.port}/` }).end(),
    );
    expect(await sendTo(receiver)).toMatchObject({ outcome: 'answered', status });
  });

  it('tells how long a receiver asks to be left alone, and nothing else of its answer', async () => {
    const receiver = await receive((_request, response) => response.writeHead(429, { 'retry-after': '7' }).end('secret'));
    expect(await sendTo(receiver)).toEqual({ outcome: 'answered', status: 429, retryAfterSeconds: 7, ms: expect.any(Number) });
  });

  describe('is not held by a receiver that', () => {
    const forever = (write: (send: (bytes: Buffer) => void) => void): Parameters<typeof httpsReceiver>[1] => {
      return (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        write((bytes) => response.write(bytes));
      };
    };
    let sent = 0;
    const flood = (write: (bytes: Buffer) => void) => {
      const more = setInterval(() => write(Buffer.alloc(262_144)), 1);
      setTimeout(() => clearInterval(more), 2_000).unref();
    };
    it.each<[string, Parameters<typeof httpsReceiver>[1]]>([
      ['sends a body without end', forever(flood)],
      ['sends a byte now and then', forever((write) => void setInterval(() => write(Buffer.alloc(1)), 50).unref())],
      ['begins a body and falls silent', forever((write) => write(Buffer.from('x')))],
    ])('%s: its status is taken and the line cut', async (_what, handler) => {
      const receiver = await receive((request, response) => {
        sent = 0;
        request.socket.on('close', () => (sent = request.socket.bytesWritten));
        handler(request, response);
      });
      const result = await sendTo(receiver, { timeoutMs: 3_000 });
      expect(result).toMatchObject({ outcome: 'answered', status: 200 });
      await receiver.close();
      expect(sent).toBeLessThan(16_777_216);
    });

    it.each<[string, Parameters<typeof httpsReceiver>[1]]>([
      ['never answers', () => undefined],
      [
        'answers with a hundred thousand headers',
        (_request, response) => {
          for (let n = 0; n < 100_000; n++) response.setHeader(`x-${n}`, 'y');
          response.end();
        },
      ],
      ['drops the line', (request) => request.socket.destroy()],
      [
        'switches protocols',
        (request) => void request.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
      ],
      ['speaks no HTTP', (request) => void request.socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ])('%s: the try fails in words that tell nothing of our network', async (_what, handler) => {
      const result = await sendTo(await receive(handler), { timeoutMs: 1_000 });
      expect(result.outcome).toBe('failed');
      expect(JSON.stringify(result)).not.toMatch(/127\.0\.0\.1|ECONN|undici|at /i);
    });
  });

  it('does not trust a certificate for another name', async () => {
    const receiver = await receive((_request, response) => response.end());
    const result = await sendTo(receiver, { ca: selfSigned({ names: [HOST] }).pem });
    expect(result).toMatchObject({ outcome: 'failed', reason: 'The TLS handshake failed' });
  });

  it('opens at most four lines to one host at once', async () => {
    let [now, most] = [0, 0];
    const receiver = await receive((_request, response) => {
      most = Math.max(most, ++now);
      setImmediate(() => (now--, response.end()));
    });
    openInternet();
    const guarded = guard({ resolve: () => Promise.resolve([PUBLIC]), ports: [receiver.port] });
    const outgoing = { url: `https://${HOST}:${receiver.port}/`, headers: {}, body: '{}' };
    const results = await Promise.all(Array.from({ length: 20 }, () => guarded.send(outgoing)));
    expect(results.filter((result) => result.outcome === 'answered')).toHaveLength(20);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('calls the loopback over http where private addresses are allowed', async () => {
    const receiver = await canary();
    open.push(receiver);
    const url = `http://127.0.0.1:${receiver.port}/`;
    expect(await send(url, { allowPrivate: true })).toMatchObject({ outcome: 'answered', status: 200 });
  });
});

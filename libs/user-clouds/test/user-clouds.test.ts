import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { runInContext } from '@polycloud/context';
import { AppError } from '@polycloud/contracts';
import { UserClouds } from '@polycloud/user-clouds';

/** A storage whose buckets are empty, and that answers nothing while it is told to hang. */
class Storage {
  hanging = false;
  readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((_request, response) => {
    if (!this.hanging) response.writeHead(200).end('<ListBucketResult/>');
  });

  async start(): Promise<string> {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

describe('the door to the clouds of users', () => {
  const storage = new Storage();
  let host: string;
  let asked: string[];
  let connection: Record<string, string>;
  let clouds: UserClouds;

  beforeAll(async () => (host = await storage.start()));
  afterAll(() => storage.stop());
  beforeEach(() => {
    storage.hanging = false;
    asked = [];
    connection = { region: 'us-east-1', bucket: 'tenants', accessKeyId: 'a', secretAccessKey: 'b', endpoint: `http://${host}` };
    open({});
  });
  afterEach(() => clouds.close());

  function open(options: { timeoutMs?: number }): void {
    const cloudOf = ({ params }: { params: { id: string } }) => {
      asked.push(params.id);
      return Promise.resolve({ provider: 'AWS' as const, connection: { ...connection, prefix: params.id } });
    };
    clouds = new UserClouds({ cloudOf }, { allowedEndpoints: [host], mostCalls: 2, attempts: 1, ...options });
  }

  const check = (userId: string) => clouds.use(userId, (cloud, signal) => cloud.check(signal));
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: AppError) => error.code,
    );

  it('asks for a connection once and keeps the adapter, for each user his own', async () => {
    const adapters = await Promise.all(
      ['sara', 'sara', 'omar'].map((user) => clouds.use(user, (cloud) => Promise.resolve(cloud))),
    );
    expect(asked).toEqual(['sara', 'omar']);
    expect(adapters[0]).toBe(adapters[1]);
    expect(adapters[0]).not.toBe(adapters[2]);
  });

  it('asks again when the user service has failed', async () => {
    let failures = 0;
    const cloudOf = () => Promise.reject(new AppError(failures++ ? 'UNAVAILABLE' : 'UPSTREAM_TIMEOUT', 'down'));
    const door = new UserClouds({ cloudOf }, { allowedEndpoints: [host] });
    expect(await codeOf(door.use('sara', () => Promise.resolve()))).toBe('UPSTREAM_TIMEOUT');
    expect(await codeOf(door.use('sara', () => Promise.resolve()))).toBe('UNAVAILABLE');
  });

  it('refuses a user the call too many, and takes the next when one has ended', async () => {
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const running = [clouds.use('sara', () => held), clouds.use('sara', () => held)];
    expect(await codeOf(check('sara'))).toBe('UNAVAILABLE');
    expect(await codeOf(check('omar'))).toBeUndefined();
    release();
    await Promise.all(running);
    expect(await codeOf(check('sara'))).toBeUndefined();
  });

  it('leaves a cloud alone that hangs, but not one that only refuses', async () => {
    open({ timeoutMs: 200 });
    storage.hanging = true;
    for (let times = 0; times < 5; times++) expect(await codeOf(check('sara'))).toBe('UPSTREAM_TIMEOUT');
    storage.hanging = false;
    await expect(check('sara')).rejects.toMatchObject({ code: 'CLOUD_FAILED', headers: { 'Retry-After': '5' } });
    for (let times = 0; times < 8; times++) {
      const refused = clouds.use('omar', () => Promise.reject(new AppError('NOT_FOUND', 'no such dataset')));
      expect(await codeOf(refused)).toBe('NOT_FOUND');
    }
    expect(await codeOf(check('omar'))).toBeUndefined();
  });

  it('ends the work with the time of the request', async () => {
    storage.hanging = true;
    const context = { requestId: 'r', deadline: Date.now() + 150 };
    expect(await runInContext(context, () => codeOf(check('sara')))).toBe('UPSTREAM_TIMEOUT');
  });

  it('closes the connections once the work in them is done', async () => {
    await check('sara');
    expect(storage.sockets.size).toBeGreaterThan(0);
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const running = clouds.use('sara', async (cloud) => {
      await held;
      await cloud.check();
    });
    await clouds.use('sara', () => Promise.resolve());
    await clouds.close();
    release();
    expect(await codeOf(running)).toBeUndefined();
    for (const socket of storage.sockets) await once(socket, 'close');
    expect(storage.sockets.size).toBe(0);
  });
});

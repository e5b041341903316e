import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { ServiceIdentity } from '@polycloud/auth';
import { runInContext } from '@polycloud/context';
import { endpoint, record } from '@polycloud/contracts';
import { clientOf, handle, RetryBudget, routes } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import { createLogger } from '@polycloud/logger';
import Joi from 'joi';

const pem = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    pub: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
};
const keys = { first: pem(), second: pem() };
const trust = { first: keys.first.pub, second: keys.second.pub };
const first = new ServiceIdentity('first', keys.first.key, trust);
const second = new ServiceIdentity('second', keys.second.key, trust);
const caller = { userId: 'u1', roles: ['customer'] as const, cloud: null };

const things = {
  read: endpoint({
    method: 'GET',
    path: '/thing',
    summary: 'Read',
    status: 200,
    returns: record({ is: Joi.string<string>() }),
    fails: ['NOT_FOUND'],
  }),
  make: endpoint({ method: 'POST', path: '/thing', summary: 'Make', status: 200, returns: record({ is: Joi.string<string>() }) }),
};
const quiet = createLogger({ service: 'test', level: 'error', stream: new PassThrough().resume() });

/** To one peer. */
const CONNECTIONS = 64;

/** A peer that answers as the test says, and counts what reaches it. */
class Peer {
  reached = 0;
  answer: RequestListener = (_request, response) => void response.writeHead(500).end();
  private readonly server: Server = createServer((request, response) => {
    this.reached++;
    this.answer(request, response);
  });

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const well: RequestListener = (_request, response) => void response.end(JSON.stringify({ data: { is: 'well' } }));
const failing: RequestListener = (_request, response) => void response.writeHead(500).end();

/** Work of the outermost service of a request, with so many milliseconds left. */
const asOutermost = <T>(work: () => Promise<T>, budgetMs = 5_000) =>
  runInContext({ requestId: 'r1', mayRetry: true, deadline: Date.now() + budgetMs }, work);

describe('a call to a peer', () => {
  let peer: Peer;
  let url: string;
  let api: ReturnType<typeof clientOf<typeof things>>;

  beforeEach(async () => {
    peer = new Peer();
    url = await peer.listen();
    api = clientOf(things, { name: 'second', url, identity: first });
  });
  afterEach(async () => {
    await peer.close();
    await api.close();
  });

  const outcomes = (calls: number) =>
    Promise.allSettled(Array.from({ length: calls }, () => asOutermost(() => api.read({ onBehalfOf: caller }))));

  it('is made again when it failed, if it can be made twice', async () => {
    peer.answer = well;
    for (let at = 0; at < 20; at++) await asOutermost(() => api.read({}));
    peer.answer = (request, response) => (peer.reached === 21 ? failing(request, response) : well(request, response));
    expect(await asOutermost(() => api.read({}))).toEqual({ is: 'well' });
    expect(peer.reached).toBe(22);
  });

  it('is made once when it is a write, when it is the fault of the client, and inside of the system', async () => {
    peer.answer = well;
    for (let at = 0; at < 30; at++) await asOutermost(() => api.read({}));
    const before = peer.reached;
    peer.answer = failing;
    await expect(asOutermost(() => api.make({}))).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    await expect(runInContext({ requestId: 'r1' }, () => api.read({}))).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    peer.answer = (_request, response) => void response.writeHead(404).end(JSON.stringify({ code: 'NOT_FOUND', detail: 'no' }));
    await expect(asOutermost(() => api.read({}))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(peer.reached - before).toBe(3);
  });

  it('reaches a failing peer at most 1.1 times, however many callers try again', async () => {
    const budget = new RetryBudget();
    let reached = 0;
    for (let calls = 0; calls < 1_000; calls++) {
      budget.called();
      reached++;
      while (budget.take()) reached++;
    }
    expect(reached).toBe(1_100);
    await outcomes(200);
    expect(peer.reached).toBeLessThanOrEqual(220);
  });

  it('multiplies over no chain of services: what the inner service sees is what the outer one sends', async () => {
    const inner = peer;
    const own = { read: things.read };
    const innerApi = clientOf(own, { name: 'third', url, identity: second });
    const middle = await serve(
      { HOST: '127.0.0.1', PORT: 0, CORS_ORIGINS: [], TRUST_PROXY: [], NOT_AUTHENTICATED_STATUS: 401, REQUEST_TIMEOUT_MS: 5_000 },
      routes(own, { read: handle(own.read, ({ caller: user }) => innerApi.read({ onBehalfOf: user })) }),
      {
        name: 'second',
        logger: quiet,
        authenticator: { identity: second, user: () => Promise.resolve(caller) },
        checks: {},
        close: [() => innerApi.close()],
      },
    );
    const outer = clientOf(own, { name: 'second', url: middle.url, identity: first });
    inner.answer = well;
    for (let at = 0; at < 40; at++) await asOutermost(() => outer.read({ onBehalfOf: caller }));
    const before = inner.reached;
    inner.answer = failing;
    await expect(asOutermost(() => outer.read({ onBehalfOf: caller }))).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    expect(inner.reached - before).toBe(3);
    await outer.close();
    await middle.stop();
  });

  it('is refused at once while the peer is known to fail, and made again when it has recovered', async () => {
    const refusals = (await outcomes(30)).concat(await outcomes(30));
    const reached = peer.reached;
    await expect(asOutermost(() => api.read({}))).rejects.toMatchObject({ code: 'UNAVAILABLE', headers: { 'Retry-After': '5' } });
    expect([peer.reached, refusals.filter(({ status }) => status === 'fulfilled')]).toEqual([reached, []]);
    peer.answer = well;
    const recovered = async (): Promise<unknown> =>
      asOutermost(() => api.read({})).catch(() => new Promise((resolve) => setTimeout(resolve, 200)).then(recovered));
    expect(await recovered()).toEqual({ is: 'well' });
  });

  it('fails UPSTREAM_FAILED when its connection breaks, UNAVAILABLE when there is nobody to reach', async () => {
    peer.answer = ({ socket }) => void socket.resetAndDestroy();
    await expect(asOutermost(() => api.make({}))).rejects.toMatchObject({ code: 'UPSTREAM_FAILED', status: 502 });
    await peer.close();
    await expect(asOutermost(() => api.make({}))).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    await peer.listen();
  });

  it('fails UPSTREAM_TIMEOUT when the answer or its rest does not come in time, and lets go of the connection', async () => {
    for (const begin of ['', '{"data":']) {
      let letGo: Promise<unknown> = Promise.resolve();
      peer.answer = ({ socket }, response) => {
        letGo = once(socket, 'close');
        if (begin) response.write(begin);
      };
      await expect(asOutermost(() => api.make({}), 150)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
      await letGo;
    }
  });

  it('fails UPSTREAM_TIMEOUT without reaching the peer when no connection was free in time', async () => {
    const held: (() => void)[] = [];
    peer.answer = (request, response) => void held.push(() => well(request, response));
    const others = Array.from({ length: CONNECTIONS }, () => asOutermost(() => api.make({})));
    await expect(asOutermost(() => api.make({}), 300)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    held.forEach((answer) => answer());
    await Promise.all(others);
    peer.answer = well;
    await asOutermost(() => api.make({}));
    expect(peer.reached).toBe(CONNECTIONS + 1);
  });

  it('reads an answer that comes in pieces, though they part a character; what is no JSON fails UPSTREAM_FAILED', async () => {
    const bytes = Buffer.from(JSON.stringify({ data: { is: 'größer' } }));
    const cut = bytes.indexOf(0xc3) + 1;
    peer.answer = (_request, response) => {
      response.write(bytes.subarray(0, cut));
      setTimeout(() => response.end(bytes.subarray(cut)), 20);
    };
    expect(await asOutermost(() => api.read({}))).toEqual({ is: 'größer' });
    peer.answer = (_request, response) => void response.end('<html>');
    await expect(asOutermost(() => api.make({}))).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
  });

  it('does not count what the peer says of the request itself as a failure of the peer', async () => {
    peer.answer = (_request, response) => void response.writeHead(404).end(JSON.stringify({ code: 'NOT_FOUND', detail: 'no' }));
    await outcomes(60);
    expect(peer.reached).toBe(60);
  });

  it('passes on what is left of the time, and is not made when nothing is left', async () => {
    let told = 0;
    peer.answer = (request, response) => {
      told = Number(request.headers['x-request-timeout-ms']);
      well(request, response);
    };
    await asOutermost(() => api.read({}), 1_000);
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(980);
    const before = peer.reached;
    await expect(asOutermost(() => api.read({}), 10)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(peer.reached).toBe(before);
  });

  it('is refused when too many wait for a slow peer, while another peer is called as ever', async () => {
    const other = new Peer();
    other.answer = well;
    const otherApi = clientOf(things, { name: 'third', url: await other.listen(), identity: first });
    peer.answer = () => {};
    const slow = Array.from({ length: 430 }, () => asOutermost(() => api.read({}), 1_500));
    const refused = await Promise.race(slow).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await asOutermost(() => otherApi.read({}))).toEqual({ is: 'well' });
    const codes = (await Promise.allSettled(slow)).map((outcome) => (outcome as { reason: { code: string } }).reason.code);
    expect(codes.filter((code) => code === 'UPSTREAM_TIMEOUT')).toHaveLength(384);
    await otherApi.close();
    await other.close();
  });

  it('waits a moment for its place at a peer that is well, so that a burst is not refused', async () => {
    peer.answer = (request, response) => setTimeout(() => well(request, response), 20);
    const burst = Array.from({ length: 600 }, () => asOutermost(() => api.read({}), 5_000));
    expect(new Set((await Promise.all(burst)).map(({ is }) => is))).toEqual(new Set(['well']));
  });

  it('that is refused because many wait is no failure of the peer', async () => {
    const waiting: (() => void)[] = [];
    peer.answer = (request, response) => void waiting.push(() => well(request, response));
    const calls = Array.from({ length: 900 }, () => asOutermost(() => api.read({}), 5_000));
    await Promise.race(calls).catch(() => undefined);
    peer.answer = well;
    for (const answer of waiting) answer();
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(450);
    expect(await asOutermost(() => api.read({}))).toEqual({ is: 'well' });
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayHttp } from '../src/gateway-http';
import type { Operation } from '../src';

/** A path says what is answered: /<status>/<body>. */
describe('an answer that no gateway would give', () => {
  let server: Server;
  let http: GatewayHttp;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const [, status, body = ''] = (request.url ?? '').split('/');
      response.writeHead(Number(status), { location: '/200/{}' }).end(decodeURIComponent(body));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    http = new GatewayHttp({ gateway: 'sandbox', baseUrl, authorization: 'Bearer topsecret', timeoutMs: 5_000 });
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = (path: string, operation: Operation, method: 'GET' | 'POST' = 'POST') => http.send({ operation, method, path });

  it.each([
    ['a page instead of JSON', '/200/<html>'],
    ['JSON that is no object', '/200/null'],
    ['nothing at all', '/200/'],
    ['a redirect', '/302/{}'],
    ['an error of the server', '/503/{}'],
  ])('%s leaves a charge unknown', async (_, path) => {
    const failure = { code: 'GATEWAY_UNAVAILABLE', outcome: 'unknown', retryable: true, gateway: 'sandbox', operation: 'charge' };
    await expect(send(path, 'charge')).rejects.toMatchObject(failure);
  });

  it('never leaves a reading unknown, whatever its method', async () => {
    await expect(send('/503/{}', 'charge', 'GET')).rejects.toMatchObject({ outcome: 'not_done' });
    await expect(send('/503/{}', 'list')).rejects.toMatchObject({ outcome: 'not_done' });
  });

  it('is told without the key', async () => {
    const error: unknown = await send('/503/{}', 'charge').catch((failure: unknown) => failure);
    expect(error).toHaveProperty('code');
    expect(JSON.stringify(error) + String(error)).not.toContain('topsecret');
  });
});

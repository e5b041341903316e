import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { House } from './house';
import { ServiceProcess } from './service-process';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** A server that answers everything with 200. */
async function listen(take: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
    take(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('the trace of an order', () => {
  it('goes on through service, queue, worker and callback when the OTEL variables ask for it', async () => {
    const house = await House.start({ worker: false });
    const callbacks: IncomingHttpHeaders[] = [];
    const receiver = await listen(({ headers }) => callbacks.push(headers));
    const collector = await listen(() => {});
    await house.stop('order');
    const settings = house.settingsOf('order');
    const parts = [
      new ServiceProcess('services/order/dist/server.js', settings),
      new ServiceProcess('services/order/dist/worker.js', { ...settings, PORT: 0 }),
    ];
    const asked = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
    await Promise.all(parts.map((part) => part.start({ ...asked, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' })));

    const resident = await house.resident();
    await resident.upload('taxis.csv', 'a,b\n1,2\n');
    const placed = await resident
      .post('/user/order', {
        items: [{ sku: 'DATA-PROFILE', input: { dataset: 'taxis.csv' } }],
        payment: { gateway: 'sandbox', source: 'tok_ok' },
        callbackUrl: receiver.url,
      })
      .set('traceparent', `00-${TRACE}-00f067aa0ba902b7-01`);
    expect(placed.status).toBe(202);
    while (callbacks.length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(callbacks[0]?.['traceparent']).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));

    await Promise.all(parts.map((part) => part.stop()));
    await house.close();
    for (const { server } of [receiver, collector]) server.close();
  }, 90_000);
});

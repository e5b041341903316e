import request from 'supertest';
import { RunningGateway } from './running-gateway';

const ready = { status: 'pass', checks: { database: { status: 'pass' } }, figures: { queue_depth: 7 } };

describe('GET /status', () => {
  let gateway: RunningGateway;

  beforeAll(async () => {
    gateway = await RunningGateway.start();
    for (const service of ['user', 'order', 'tenant-data'] as const)
      gateway.answers[service] = (_request, response) => response.end(JSON.stringify(ready));
    const reason = '<script>alert(1)</script>';
    gateway.answers.billing = (_request, response) =>
      response.end(JSON.stringify({ status: 'fail', checks: { database: { status: 'fail', reason } } }));
  });
  afterAll(() => gateway.stop());

  it('200 tells programs how every service and each of its parts is', async () => {
    const { status, body } = await request(gateway.url).get('/status');
    expect([status, body.data.status]).toEqual([200, 'fail']);
    expect(body.data.services.find(({ service }: { service: string }) => service === 'order')).toEqual({
      service: 'order',
      ...ready,
    });
    expect(body.data.services.find(({ service }: { service: string }) => service === 'billing').status).toBe('fail');
  });

  it('200 shows a browser a page, in which what services say is text and nothing else', async () => {
    const { type, text, headers } = await request(gateway.url).get('/status').set('Accept', 'text/html,application/xhtml+xml');
    expect(type).toBe('text/html');
    expect(text).toContain('queue depth: 7');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('<script>');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('shows a service that does not answer as failing, and waits for it no longer than two seconds', async () => {
    gateway.answers['tenant-data'] = () => {};
    const { body } = await request(gateway.url).get('/status');
    const { status, checks } = body.data.services.find(({ service }: { service: string }) => service === 'tenant-data');
    expect([status, checks.process.reason]).toEqual(['fail', 'it does not answer']);
  });
});

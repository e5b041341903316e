import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { RunningGateway } from './running-gateway';

function certificate(): { cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', ...made, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pair = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  rmSync(folder, { recursive: true });
  return pair;
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

describe('a gateway without a balancer in front', () => {
  const { cert, key } = certificate();
  let gateway: RunningGateway;
  let plainPort: number;

  beforeAll(async () => {
    plainPort = await freePort();
    gateway = await RunningGateway.start({ TLS_CERTIFICATE: cert, TLS_KEY: key, HTTP_REDIRECT_PORT: plainPort });
  });
  afterAll(() => gateway.stop());

  it('200 answers over HTTPS with its certificate, and has browsers stay there', async () => {
    expect(gateway.url).toMatch(/^https:/);
    const answer = await request(gateway.url).get('/clouds').ca(cert);
    expect([answer.status, answer.body.data]).toEqual([200, { service: 'user' }]);
    expect(answer.headers['strict-transport-security']).toContain('max-age=31536000');
  });

  it('308 sends plain HTTP to HTTPS, with its path and its method', async () => {
    const answer = await request(`http://127.0.0.1:${plainPort}`).post('/user/order?x=1').set('Host', 'api.example.com:80');
    expect([answer.status, answer.headers['location']]).toEqual([308, 'https://api.example.com/user/order?x=1']);
  });

  it('400 redirects to no host that a client makes up out of other signs', async () => {
    const answer = await request(`http://127.0.0.1:${plainPort}`).get('/').set('Host', 'evil.example.com/@');
    expect(answer.status).toBe(400);
  });
});

import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Merchant } from './merchant';
import { SandboxProcess } from './sandbox-process';

describe('the process of the sandbox', () => {
  let folder: string;
  let sandbox: SandboxProcess;
  const merchant = new Merchant(() => sandbox.url);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payment-process-'));
    sandbox = await SandboxProcess.start(folder);
  });

  afterEach(async () => {
    await sandbox.end('SIGKILL');
    await rm(folder, { recursive: true });
  });

  it('ends with 0 on SIGTERM, also while a caller waits for an answer that never comes', async () => {
    const lost = expect(merchant.charge('silent', 'tok_timeout')).rejects.toThrow();
    while ((await merchant.call('GET', '/v1/charges?attempt=silent')).body.data.length === 0);
    expect(await sandbox.end('SIGTERM')).toBe(0);
    await lost;
  });

  it('drops a torn last line of its ledger, and goes on behind the whole ones', async () => {
    const { body: charge } = await merchant.charge('whole');
    await sandbox.end('SIGKILL');
    await appendFile(sandbox.ledgerPath, '{"kind":"event","id":"evt_torn","charge":{"id":"ch_');
    await sandbox.start();
    expect((await merchant.call('GET', `/v1/charges/${charge.id}`)).body.status).toBe('succeeded');
    await merchant.charge('behind');
    await sandbox.end('SIGKILL');
    const lines = (await readFile(sandbox.ledgerPath, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { charge: { attempt: string } }).charge.attempt)).toEqual([
      'whole',
      'behind',
    ]);
  });

  it('keeps refunds and idempotency keys over a kill', async () => {
    const { body: charge } = await merchant.charge('kept');
    const refund = await merchant.refund(charge.id, 12_000, 'refund-kept');
    await sandbox.end('SIGKILL');
    await sandbox.start();
    expect((await merchant.charge('kept')).body.id).toBe(charge.id);
    expect((await merchant.refund(charge.id, 12_000, 'refund-kept')).body).toEqual(refund.body);
    expect((await merchant.refund(charge.id, 341, 'refund-more')).status).toBe(409);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KEYS, SandboxProcess } from '../../../emulators/test/payment-sandbox/sandbox-process';
import { PaymentFactory, type PaymentGateway } from '../src';
import { newAttempt } from './bench';

describe('a sandbox killed between a charge and its answer', () => {
  let folder: string;
  let sandbox: SandboxProcess;
  let gateway: PaymentGateway;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payment-kill-'));
    sandbox = await SandboxProcess.start(folder);
    gateway = PaymentFactory.for('sandbox', { baseUrl: sandbox.url, ...KEYS });
  });

  afterEach(async () => {
    await sandbox.end('SIGKILL');
    await rm(folder, { recursive: true });
  });

  const request = (attemptId: string, source: string) => ({
    ...{ attemptId, source, orderRef: 'order-1' },
    amount: { amount: 12_340, currency: 'KWD' },
  });

  it('find gives the one charge, and the same attempt again charges nothing more', async () => {
    const attemptId = newAttempt();
    // Attached before the kill, so that the rejection never goes unseen.
    const lost = expect(gateway.charge(request(attemptId, 'tok_timeout'))).rejects.toMatchObject({ outcome: 'unknown' });
    await untilCharged(gateway, attemptId);
    await sandbox.end('SIGKILL');
    await lost;
    await sandbox.start();

    const found = await gateway.find(attemptId, new Date(0));
    expect(found).toMatchObject({ status: 'succeeded', attemptId, amount: { amount: 12_340, currency: 'KWD' } });
    expect((await gateway.charge(request(attemptId, 'tok_timeout'))).reference).toBe(found?.reference);
    expect((await gateway.list({ since: new Date(0) })).payments).toHaveLength(1);
  });

  it('every charge that was answered is there afterwards, wherever the kill fell', async () => {
    const answered: string[] = [];
    const attempts = Array.from({ length: 200 }, newAttempt);
    const calls = attempts.map(async (attemptId) => {
      await gateway.charge(request(attemptId, 'tok_ok'));
      // The kill falls while others are under way.
      if (answered.push(attemptId) === 20) void sandbox.end('SIGKILL');
    });
    await Promise.allSettled(calls);
    await sandbox.end('SIGKILL');
    await sandbox.start();

    expect(answered.length).toBeGreaterThanOrEqual(20);
    for (const attemptId of answered)
      expect(await gateway.find(attemptId, new Date(0))).toMatchObject({ status: 'succeeded', attemptId });
  });

  it('a call to a gateway that never answers ends as a timeout of unknown outcome', async () => {
    const impatient = PaymentFactory.for('sandbox', { baseUrl: sandbox.url, ...KEYS, timeoutMs: 300 });
    const attemptId = newAttempt();
    const timeout = { code: 'TIMEOUT', outcome: 'unknown', retryable: true };
    await expect(impatient.charge(request(attemptId, 'tok_timeout'))).rejects.toMatchObject(timeout);
    expect(await gateway.find(attemptId, new Date(0))).toMatchObject({ status: 'succeeded' });
  });
});

async function untilCharged(gateway: PaymentGateway, attemptId: string): Promise<void> {
  while ((await gateway.find(attemptId, new Date(0))) === null) await pause(10);
}

import type { PaymentSnapshot } from '../../src';
import { newAttempt } from '../bench';
import type { Trial } from '../conformance';

export function endingConformance(trial: Trial): void {
  describe('the end of a payment without money', () => declines(trial));
  describe('listing', () => lists(trial));
}

function declines(trial: Trial): void {
  const { declined, insufficientFunds, requiresAction } = trial.subject.sources;
  if (declined)
    it('a declined payment is failed, with the reason', async () => {
      const payment = await trial.gateway.charge(trial.request({ source: declined }));
      expect(payment).toMatchObject({ status: 'failed', decline: { reason: 'generic', retryableByCustomer: true } });
      expect((await trial.gateway.get(payment.reference)).status).toBe('failed');
    });
  if (insufficientFunds)
    it('a payer without funds is told apart', async () => {
      const payment = await trial.gateway.charge(trial.request({ source: insufficientFunds }));
      expect(payment).toMatchObject({ status: 'failed', decline: { reason: 'insufficient_funds' } });
    });
  if (requiresAction) asksThePayer(trial, requiresAction);

  trial.check('a payment that took its money can no longer be cancelled', ['payment'], async () => {
    const { reference } = await trial.paid();
    const code = trial.gateway.canCancel ? 'INVALID_STATE' : 'NOT_SUPPORTED';
    await expect(trial.gateway.cancel(reference)).rejects.toMatchObject({ code, outcome: 'not_done' });
    expect((await trial.gateway.get(reference)).status).toBe('succeeded');
  });
}

function asksThePayer(trial: Trial, source: string): void {
  const start = (): Promise<PaymentSnapshot> => trial.gateway.charge(trial.request({ source }));

  it('a payment that needs its payer says what he must do', async () => {
    const payment = await start();
    expect(payment.status).toBe('requires_action');
    expect(['redirect', 'client_sdk']).toContain(payment.nextAction?.type);
  });

  for (const [approves, status] of [
    [true, 'succeeded'],
    [false, 'failed'],
  ] as const)
    trial.check(`a payer who ${approves ? 'approves' : 'declines'} leaves it ${status}`, ['payer'], async () => {
      const payment = await start();
      await trial.levers.payer(payment, approves);
      expect((await trial.gateway.get(payment.reference)).status).toBe(status);
    });

  it('a payment that waits for its payer can be cancelled, once and again, where the gateway can', async () => {
    const { reference } = await start();
    const cancelling = [trial.gateway.cancel(reference), trial.gateway.cancel(reference)];
    if (trial.gateway.canCancel)
      for (const payment of await Promise.all(cancelling)) expect(payment).toMatchObject({ reference, status: 'cancelled' });
    else for (const refusal of cancelling) await expect(refusal).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });
}

function lists(trial: Trial): void {
  it('the list since a moment holds each payment made after it once', async () => {
    const since = new Date(Date.now() - 60_000);
    const attempts = [newAttempt(), newAttempt(), newAttempt()];
    for (const attemptId of attempts) await trial.gateway.charge(trial.request({ attemptId }));
    const seen: PaymentSnapshot[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await trial.gateway.list({ since, ...(cursor && { cursor }) });
      seen.push(...page.payments);
      cursor = page.nextCursor;
    } while (cursor);
    for (const attemptId of attempts) expect(seen.filter((payment) => payment.attemptId === attemptId)).toHaveLength(1);
  });
}

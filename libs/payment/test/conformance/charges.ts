import { newAttempt, type Fault } from '../bench';
import type { Trial } from '../conformance';

export function chargeConformance(trial: Trial): void {
  describe('charges', () => {
    captures(trial);
    refusesCurrencies(trial);
    chargesOnce(trial);
    settlesLostAnswers(trial);
    refuses(trial);
  });
}

function captures(trial: Trial): void {
  trial.check('a paid charge has its amount, its attempt and nothing refunded', ['payment'], async () => {
    const attemptId = newAttempt();
    const payment = await trial.paid({ attemptId });
    expect(payment).toMatchObject({ status: 'succeeded', attemptId, amount: trial.money(), refunded: trial.money(0) });
    expect(await trial.find(attemptId)).toEqual(await trial.gateway.get(payment.reference));
  });

  for (const amount of trial.subject.representable)
    trial.check(`${amount.amount} minor units of ${amount.currency} come back as they went`, ['payment'], async () => {
      const payment = await trial.paid({ amount });
      expect((await trial.gateway.get(payment.reference)).amount).toEqual(amount);
    });

  const { unrepresentable } = trial.subject;
  if (unrepresentable)
    it(`refuses ${unrepresentable.amount} ${unrepresentable.currency}, which it cannot write, and charges nothing`, async () => {
      const request = trial.request({ amount: unrepresentable });
      const refusal = { code: 'AMOUNT_NOT_REPRESENTABLE', outcome: 'not_done' };
      await expect(trial.gateway.charge(request)).rejects.toMatchObject(refusal);
      expect(await trial.find(request.attemptId)).toBeNull();
    });
}

function refusesCurrencies(trial: Trial): void {
  const { unsupported } = trial.subject;
  if (unsupported)
    it(`tells that it does not take ${unsupported}`, async () => {
      const request = trial.request({ amount: { amount: 10_000, currency: unsupported } });
      const refusal = { code: 'CURRENCY_NOT_SUPPORTED', outcome: 'not_done', retryable: false };
      await expect(trial.gateway.charge(request)).rejects.toMatchObject(refusal);
    });
}

function chargesOnce(trial: Trial): void {
  trial.check('the same attempt again is the same charge', ['chargesOf'], async () => {
    const request = trial.request();
    const first = await trial.gateway.charge(request);
    const second = await trial.gateway.charge(request);
    expect(second.reference).toBe(first.reference);
    expect(await trial.levers.chargesOf(request.attemptId)).toBe(1);
  });

  it('the same attempt with another amount is refused', async () => {
    const request = trial.request();
    await trial.gateway.charge(request);
    const other = { ...request, amount: trial.money(999_990) };
    await expect(trial.gateway.charge(other)).rejects.toMatchObject({ code: 'DUPLICATE_OPERATION', outcome: 'not_done' });
    expect((await trial.find(request.attemptId))?.amount).toEqual(request.amount);
  });

  trial.check('fifty calls in parallel for one attempt charge once', ['chargesOf'], async () => {
    const request = trial.request();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => trial.gateway.charge(request)));
    const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.reference] : []));
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(new Set(made).size).toBe(1);
    // A provider may ask who comes while the first call runs to come again.
    for (const error of errors) expect(error).toMatchObject({ code: 'IN_PROGRESS', retryable: true });
    expect(await trial.levers.chargesOf(request.attemptId)).toBe(1);
  });
}

function settlesLostAnswers(trial: Trial): void {
  const faults: [Fault, string][] = [
    ['answer_lost', 'whose answer was lost'],
    ['error_after', 'answered with a server error'],
  ];
  for (const [fault, name] of faults)
    trial.check(`a charge ${name} is of unknown outcome, and find tells it`, ['during', 'chargesOf'], async () => {
      const request = trial.request();
      const charge = trial.levers.during(fault, () => trial.gateway.charge(request));
      await expect(charge).rejects.toMatchObject({ outcome: 'unknown', retryable: true });
      const found = await trial.find(request.attemptId);
      expect(found).toMatchObject({ attemptId: request.attemptId, amount: request.amount });
      expect(await trial.levers.chargesOf(request.attemptId)).toBe(1);
    });

  it('find gives null for an attempt that the gateway never saw', async () => {
    expect(await trial.find(newAttempt())).toBeNull();
  });
}

function refuses(trial: Trial): void {
  it('a reference that nobody made is not found', async () => {
    const payment = await trial.gateway.charge(trial.request());
    const other = payment.reference.slice(0, -4) + 'zzzz';
    await expect(trial.gateway.get(other)).rejects.toMatchObject({ code: 'NOT_FOUND', operation: 'get' });
  });

  it('a wrong key is refused and charges nothing', async () => {
    const request = trial.request();
    const refusal = { code: 'UNAUTHENTICATED', outcome: 'not_done', retryable: false };
    await expect(trial.opened.wrongKey.charge(request)).rejects.toMatchObject(refusal);
    expect(await trial.find(request.attemptId)).toBeNull();
  });

  trial.check('a provider that does not listen charged nothing', ['unreachable'], async () => {
    const failure = { code: 'GATEWAY_UNAVAILABLE', outcome: 'not_done', retryable: true };
    await expect(trial.levers.unreachable.charge(trial.request())).rejects.toMatchObject(failure);
  });

  const outcome = trial.subject.looksUpFirst ? 'not_done' : 'unknown';
  trial.check(`a call to a provider that never answers times out with the outcome ${outcome}`, ['unanswered'], async () => {
    const timeout = { code: 'TIMEOUT', outcome, retryable: true };
    await expect(trial.levers.unanswered.charge(trial.request())).rejects.toMatchObject(timeout);
  });
}

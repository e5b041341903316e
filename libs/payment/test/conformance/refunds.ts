import { newAttempt } from '../bench';
import type { Trial } from '../conformance';

const REFUSED = expect.stringMatching(/^(INVALID_STATE|INVALID_REQUEST)$/) as string;

export function refundConformance(trial: Trial): void {
  const refund = (reference: string, amount: number, refundId = newAttempt()) =>
    trial.gateway.refund({ reference, refundId, amount: trial.money(amount), reason: 'requested_by_customer' });

  describe('refunds', () => {
    trial.check('partial refunds add up to the whole, and no further', ['payment'], async () => {
      const { reference } = await trial.paid();
      expect(await refund(reference, 4_000)).toMatchObject({ amount: trial.money(4_000) });
      expect(await trial.gateway.get(reference)).toMatchObject({ status: 'partially_refunded', refunded: trial.money(4_000) });
      await expect(refund(reference, 8_350)).rejects.toMatchObject({ code: REFUSED, outcome: 'not_done' });
      await refund(reference, 8_340);
      expect(await trial.gateway.get(reference)).toMatchObject({ status: 'refunded', refunded: trial.money() });
      await expect(refund(reference, 10)).rejects.toMatchObject({ code: REFUSED, outcome: 'not_done' });
    });

    trial.check('the same refund again gives back nothing more', ['payment'], async () => {
      const { reference } = await trial.paid();
      const refundId = newAttempt();
      const first = await refund(reference, 1_000, refundId);
      expect(await refund(reference, 1_000, refundId)).toEqual(first);
      expect(await trial.gateway.findRefund({ reference, refundId })).toEqual(first);
      expect((await trial.gateway.get(reference)).refunded).toEqual(trial.money(1_000));
    });

    trial.check('the same refund with another amount is refused', ['payment'], async () => {
      const { reference } = await trial.paid();
      const refundId = newAttempt();
      await refund(reference, 1_000, refundId);
      await expect(refund(reference, 2_000, refundId)).rejects.toMatchObject({
        code: 'DUPLICATE_OPERATION',
        outcome: 'not_done',
      });
      expect((await trial.gateway.get(reference)).refunded).toEqual(trial.money(1_000));
    });

    trial.check('a payment that took no money has none to give back', ['payment'], async () => {
      const source = trial.subject.sources.requiresAction ?? trial.subject.sources.ok;
      const { reference } = await trial.gateway.charge(trial.request({ source }));
      await expect(refund(reference, 10)).rejects.toMatchObject({ code: REFUSED, outcome: 'not_done' });
    });
    settlesRefunds(trial, refund);
  });
}

type RefundCall = (reference: string, amount: number, refundId?: string) => Promise<unknown>;

function settlesRefunds(trial: Trial, refund: RefundCall): void {
  trial.check(
    'a refund whose answer was lost is of unknown outcome, and findRefund tells it',
    ['payment', 'during'],
    async () => {
      const { reference } = await trial.paid();
      const refundId = newAttempt();
      const lost = trial.levers.during('answer_lost', () => refund(reference, 1_000, refundId));
      await expect(lost).rejects.toMatchObject({ outcome: 'unknown', operation: 'refund' });
      expect(await trial.gateway.findRefund({ reference, refundId })).toMatchObject({ refundId, amount: trial.money(1_000) });
      expect(await trial.gateway.findRefund({ reference, refundId: newAttempt() })).toBeNull();
    },
  );

  trial.check('twenty refunds in parallel never give back more than was captured', ['payment'], async () => {
    const { reference } = await trial.paid({ amount: trial.money(10_000) });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => refund(reference, 1_000)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await trial.gateway.get(reference)).toMatchObject({ status: 'refunded', refunded: trial.money(10_000) });
  });
}

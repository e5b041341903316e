import type { PaymentGateway, PaymentSnapshot } from '@polycloud/payment';
import type { FindingDao, NewFinding } from '../dao/finding.dao';
import type { PaymentRow } from '../dao/payment.dao';
import type { PaymentHistoryDao } from '../dao/payment-history.dao';
import type { RefundDao } from '../dao/refund.dao';
import type { PaymentGateways } from '../service/payment-gateways';
import { Balance, type BalanceLine } from './balance';
import {
  type Difference,
  unknownToUs,
  unknownToGateway,
  otherAmount,
  statusMended,
  foreignRefund,
  refundMended,
  refundMissing,
} from './differences';
import { isCaptured, isInFlight } from './payment-rules';
import type { RefundBo } from './refund.bo';
import type { SettlementBo } from './settlement.bo';

/** What a comparison with one gateway gave. */
interface Reconciliation {
  gateway: string;
  since: string;
  compared: number;
  findings: NewFinding[];
  /** Captured less refunded, in minor units: our books and the gateway's. */
  balance: BalanceLine[];
  /** Why the comparison could not be brought to its end. */
  failure?: string;
}

/** Compares our books with the gateways', and mends or reports each difference. */
export class ReconciliationBo {
  constructor(
    private readonly rows: { history: PaymentHistoryDao; refunds: RefundDao; findings: FindingDao },
    private readonly steps: { settlement: SettlementBo; refunds: RefundBo; gateways: PaymentGateways },
  ) {}

  /** Compares all payments that were made since then, gateway by gateway; one that cannot be asked keeps none of the others. */
  async reconcile(since: Date): Promise<Reconciliation[]> {
    const results: Reconciliation[] = [];
    for (const gateway of this.steps.gateways.all()) results.push(await this.compareOrTell(gateway, since));
    return results;
  }

  private async compareOrTell(gateway: PaymentGateway, since: Date): Promise<Reconciliation> {
    const findings: NewFinding[] = [];
    const result = { gateway: gateway.id, since: since.toISOString(), findings };
    try {
      return { ...result, ...(await this.compare(gateway, since, findings)) };
    } catch (error) {
      return { ...result, compared: 0, balance: [], failure: error instanceof Error ? error.message : String(error) };
    }
  }

  private async compare(gateway: PaymentGateway, since: Date, findings: NewFinding[]) {
    const balance = new Balance();
    const seen = new Set<string>();
    const note = async (difference: Difference, about: { paymentId: string | null; reference: string | null }) => {
      const finding = { gateway: gateway.id, ...difference, ...about };
      findings.push(finding);
      await this.rows.findings.add(finding);
    };
    for await (const snapshot of everyPayment(gateway, since)) {
      const payment = await this.rows.history.findByGateway(gateway.id, snapshot);
      if (payment) seen.add(payment.paymentId);
      const { reference } = snapshot;
      const { differences, ours, theirs } = await this.compareOne(gateway, payment, snapshot);
      for (const difference of differences) await note(difference, { paymentId: payment?.paymentId ?? null, reference });
      balance.add(ours, theirs);
    }
    for await (const payment of this.capturedSince(gateway.id, since)) {
      if (seen.has(payment.paymentId)) continue;
      const { difference, theirs } = await this.lookFor(gateway, payment);
      if (difference) await note(difference, payment);
      balance.add(payment, theirs);
    }
    return { compared: seen.size, balance: balance.lines() };
  }

  private async compareOne(gateway: PaymentGateway, payment: PaymentRow | null, listed: PaymentSnapshot) {
    if (!payment) return { differences: isCaptured(asState(listed)) ? [unknownToUs(listed)] : [], ours: null, theirs: listed };
    if (Number(payment.amount) !== listed.amount.amount || payment.currency !== listed.amount.currency)
      return { differences: [otherAmount(payment, listed)], ours: payment, theirs: listed };
    // A first call that still runs writes its own answer.
    if (isInFlight(payment)) return { differences: [], ours: null, theirs: null };
    const after = await this.steps.settlement.apply(payment, listed);
    const differences = after.status === payment.status ? [] : [statusMended(payment, after)];
    const { ours, theirs, difference } = await this.compareRefunds(gateway, after, listed);
    return { differences: difference ? [...differences, difference] : differences, ours, theirs };
  }

  private async compareRefunds(gateway: PaymentGateway, payment: PaymentRow, listed: PaymentSnapshot) {
    if (listed.refunded.amount === Number(payment.refundedAmount)) return { ours: payment, theirs: listed };
    // A refund may have been made since the list was read, so both sides are read again.
    for (const refund of await this.steps.refunds.pendingOf(payment.paymentId)) await this.steps.refunds.ask(refund);
    const theirs = await gateway.get(listed.reference);
    const foreign = await this.rows.refunds.bookForeign(payment.paymentId, theirs.refunded.amount);
    const ours = (await this.rows.history.find(payment.paymentId)) ?? payment;
    if (foreign > 0) return { ours, theirs, difference: foreignRefund(foreign) };
    const isLess = theirs.refunded.amount < Number(ours.refundedAmount);
    const isMended = Number(ours.refundedAmount) !== Number(payment.refundedAmount);
    const difference = isLess ? refundMissing(ours, theirs) : isMended ? refundMended(ours) : undefined;
    return { ours, theirs, ...(difference && { difference }) };
  }

  /** A payment that the gateway's list lacks may only lie outside its window. */
  private async lookFor(gateway: PaymentGateway, payment: PaymentRow) {
    const theirs = payment.reference === null ? null : await gateway.get(payment.reference).catch(() => null);
    return theirs && isCaptured(asState(theirs)) ? { theirs } : { theirs: null, difference: unknownToGateway(payment) };
  }

  private async *capturedSince(gateway: string, since: Date): AsyncGenerator<PaymentRow> {
    for (let after = ''; ;) {
      const page = await this.rows.history.capturedSince(gateway, since, after);
      yield* page;
      const last = page.at(-1);
      if (!last) return;
      after = last.paymentId;
    }
  }
}

async function* everyPayment(gateway: PaymentGateway, since: Date): AsyncGenerator<PaymentSnapshot> {
  let cursor: string | undefined;
  do {
    const page = await gateway.list({ since, ...(cursor !== undefined && { cursor }) });
    yield* page.payments;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

const asState = ({ status }: PaymentSnapshot) => ({ status: status === 'cancelled' ? ('failed' as const) : status });

import type { ChargeRequest, Money, PaymentGateway, PaymentSnapshot } from '../src';
import { newAttempt, type Bench, type Levers, type Subject } from './bench';
import { chargeConformance } from './conformance/charges';
import { endingConformance } from './conformance/endings';
import { refundConformance } from './conformance/refunds';
import { webhookConformance } from './conformance/webhooks';

/** A lever, or that a payment can be brought to its end. */
type Need = keyof Levers | 'payment';

/** The hands of the suite on one gateway. */
export class Trial {
  private bench: Bench | undefined;

  constructor(readonly subject: Subject) {}

  get gateway(): PaymentGateway {
    return this.opened.gateway;
  }

  get opened(): Bench {
    if (!this.bench) throw new Error('The bench is not open yet');
    return this.bench;
  }

  /** The levers of a provider in our hands; a check that pulls one names it in `needs`. */
  get levers(): Levers {
    return this.opened as Bench & Levers;
  }

  async open(): Promise<void> {
    this.bench = await this.subject.open();
  }

  async close(): Promise<void> {
    await this.bench?.stop();
  }

  money(amount = 12_340): Money {
    return { amount, currency: this.subject.currency };
  }

  request(change: Partial<ChargeRequest> = {}): ChargeRequest {
    const customer = { name: 'Noura Example', email: 'noura@example.com', phone: '+96550000000' };
    const addresses = { returnUrl: 'https://shop.example.com/back' };
    const given = { attemptId: newAttempt(), orderRef: 'order-1', amount: this.money(), source: this.subject.sources.ok };
    return { ...given, ...addresses, customer, ...change };
  }

  /** The payment of an attempt that was made in this test. */
  find(attemptId: string): Promise<PaymentSnapshot | null> {
    return this.gateway.find(attemptId, new Date(Date.now() - 60_000));
  }

  /** A payment whose money was captured, by the payer's hand where the gateway asks for it. */
  async paid(change: Partial<ChargeRequest> = {}): Promise<PaymentSnapshot> {
    const payment = await this.gateway.charge(this.request(change));
    if (payment.status !== 'requires_action') return payment;
    await this.levers.payer(payment, true);
    return this.gateway.get(payment.reference);
  }

  /** A check that is skipped, with the reason in its name, where a lever that it needs is not there. */
  check(name: string, needs: Need[], run: () => Promise<void>): void {
    const { lacks, paysAtOnce } = this.subject;
    const reasons = needs
      .map((need) => (need !== 'payment' ? lacks[need] : paysAtOnce ? undefined : lacks.payer))
      .filter(Boolean);
    if (reasons.length > 0) it.skip(`${name} (skipped: ${reasons.join('; ')})`, run);
    else it(name, run);
  }
}

/** The promises of PaymentGateway. Each gateway runs all of them against its provider or a double of it. */
export function conformance(subject: Subject): void {
  describe(`${subject.name} keeps the promises of a payment gateway`, () => {
    const trial = new Trial(subject);
    beforeAll(() => trial.open());
    afterAll(() => trial.close());
    chargeConformance(trial);
    endingConformance(trial);
    refundConformance(trial);
    webhookConformance(trial);
  });
}

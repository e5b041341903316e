import { randomBytes } from 'node:crypto';
import { keyReused, notFound, wrongState } from './api-error';
import type { Charge, ChargeEvent, EventType, Refund } from './charge';
import { fingerprintOf, type ChargeRequest } from './charge-request';
import { behaviourOf } from './sources';

const newId = (prefix: string) => `${prefix}_${randomBytes(16).toString('hex')}`;
const now = () => new Date().toISOString();

/**
 * Every charge, and the rules of what may happen to one. Each operation runs to its end within one turn of the
 * event loop, so calls in parallel can neither charge a key twice nor refund more than was captured.
 */
export class ChargeBook {
  readonly events: ChargeEvent[] = [];
  private readonly charges = new Map<string, Charge>();
  private readonly idByAttempt = new Map<string, string>();

  constructor(private readonly onEvent: (event: ChargeEvent) => void) {}

  /** Takes an event of the ledger back into memory. */
  restore(event: ChargeEvent): void {
    this.events.push(event);
    this.charges.set(event.charge.id, event.charge);
    this.idByAttempt.set(event.charge.attempt, event.charge.id);
  }

  /** Charges once for an attempt; the same attempt again gives the charge that it made. */
  create(attempt: string, request: ChargeRequest): { charge: Charge; replayed: boolean } {
    const fingerprint = fingerprintOf(request);
    const earlier = this.findAttempt(attempt);
    if (earlier && earlier.fingerprint !== fingerprint) throw keyReused(attempt);
    if (earlier) return { charge: earlier, replayed: true };
    const { status, declineCode = null, webhook } = behaviourOf(request.source)!;
    const fresh: Charge = {
      ...{ id: newId('ch'), attempt, ...request, fingerprint, createdAt: now() },
      ...{ status: 'pending', refunded: 0, refunds: [], declineCode },
    };
    // Two events are what can arrive in the wrong order.
    if (webhook === 'disordered') this.record('charge.created', fresh);
    return { charge: this.record(`charge.${status}` as EventType, { ...fresh, status }), replayed: false };
  }

  /** What the payer decides about a charge that asks him. */
  confirm(id: string, approved: boolean): Charge {
    const charge = this.get(id);
    const status = approved ? 'succeeded' : 'failed';
    if (charge.status === status) return charge;
    if (charge.status !== 'requires_action') throw wrongState(`The charge ${id} is ${charge.status}`);
    const declineCode = approved ? null : 'authentication_failed';
    return this.record(`charge.${status}`, { ...charge, status, declineCode });
  }

  cancel(id: string): Charge {
    const charge = this.get(id);
    if (charge.status === 'cancelled') return charge;
    if (charge.status !== 'requires_action') throw wrongState(`The charge ${id} is ${charge.status}`);
    return this.record('charge.cancelled', { ...charge, status: 'cancelled' });
  }

  refund(id: string, key: string, { amount, reason }: Pick<Refund, 'amount' | 'reason'>): Refund {
    const charge = this.get(id);
    const earlier = charge.refunds.find((refund) => refund.key === key);
    if (earlier && (earlier.amount !== amount || earlier.reason !== reason)) throw keyReused(key);
    if (earlier) return earlier;
    if (charge.status !== 'succeeded') throw wrongState(`The charge ${id} is ${charge.status}`);
    const left = charge.amount - charge.refunded;
    if (amount > left) throw wrongState(`Only ${left} of the charge ${id} can still be refunded`);
    const refund: Refund = { id: newId('re'), key, amount, reason, status: 'succeeded', createdAt: now() };
    this.record('refund.succeeded', { ...charge, refunded: charge.refunded + amount, refunds: [...charge.refunds, refund] });
    return refund;
  }

  get(id: string): Charge {
    const charge = this.charges.get(id);
    if (!charge) throw notFound(id);
    return charge;
  }

  findAttempt(attempt: string): Charge | undefined {
    const id = this.idByAttempt.get(attempt);
    return id === undefined ? undefined : this.charges.get(id);
  }

  /** All charges, oldest first. */
  all(): Charge[] {
    return [...this.charges.values()];
  }

  private record(type: EventType, charge: Charge): Charge {
    const event: ChargeEvent = { kind: 'event', id: newId('evt'), type, createdAt: now(), charge };
    this.restore(event);
    this.onEvent(event);
    return charge;
  }
}

import { columnsOf, insertRows, inTransaction, selectPrepared, updateRows } from '@polycloud/database';
import { newId } from '@polycloud/http';
import type { Claim, IdempotencyKeyDao } from '@polycloud/idempotency';
import type { Money } from '@polycloud/payment';
import { Counter } from '@polycloud/lean/prom-client';
import type { Sequelize, Transaction } from 'sequelize';
import type { Models } from '../models';
import type { OrderAccountRow } from '../models/order-account.model';
import type { PaymentRow } from '../models/payment.model';
import { inSeconds, now } from './clock';
import { claimDue, type PauseAfter } from './due';
import type { EventKey, GatewayEventDao } from './gateway-event.dao';
import type { InvoiceDao } from './invoice.dao';
import type { Locked, OrderAccountDao, PaymentRef } from './order-account.dao';
import type { PaymentShape } from './shapes';

const outcomes = new Counter({
  name: 'payments_total',
  help: 'Payments that came to this state',
  labelNames: ['gateway', 'outcome'],
});

export type { PaymentRow } from '../models/payment.model';

/** Who is to pay what, through which gateway. */
export interface Attempt {
  orderId: string;
  userId: string;
  cloud: string | null;
  amount: Money;
  gateway: string;
  requestKey: string | null;
  /** Until when, in seconds from now, nobody else asks how it went. */
  inFlightSeconds: number;
  /** The process that charges; null where the payer pays himself. */
  processId: string | null;
  /** The closing of the order, if any, that a payer who pays himself opens again. */
  reopens?: Date | null;
}

/** What a gateway is asked to take. */
export type Asked = PaymentRef & Pick<PaymentRow, 'gateway' | 'amount' | 'currency'>;

/** The attempt that has the order's one place: this one, or the one that had it already; or the order is closed. */
type Opened = { kind: 'new'; payment: Asked } | { kind: 'held'; payment: PaymentRow } | { kind: 'closed' };

/** A payment as it stands; `orderIsClosed` tells, of one that was locked, whether its order was taken back by then. */
export type Standing = PaymentRow & { orderIsClosed?: boolean };

/** What becomes of a locked payment. `checkInSeconds` says when the gateway is asked again, null never. */
export interface Decision {
  status: PaymentRow['status'];
  reference?: string;
  nextAction?: object | null;
  declineReason?: string;
  checkInSeconds: number | null;
  /** Whether it takes or frees the order's place. */
  place?: 'take' | 'free';
  captured?: boolean;
  invoiced?: boolean;
}

/** Attempts to pay and the places that they hold. */
export class PaymentDao {
  private readonly one: string;

  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
    private readonly rows: { accounts: OrderAccountDao; invoices: InvoiceDao; events: GatewayEventDao; keys: IdempotencyKeyDao },
  ) {
    this.one = `SELECT ${columnsOf(models.payments, 'p')} FROM payments p WHERE p.payment_id = ?`;
  }

  /** Gives the order's place to a new attempt, unless it is held or closed. */
  async open(attempt: Attempt): Promise<Opened> {
    return inTransaction(this.sequelize, async (transaction): Promise<Opened> => {
      const { accounts } = this.rows;
      const { orderId } = attempt;
      const paymentId = newId();
      // An order that had no account was never charged nor taken back.
      if (!(await accounts.open(orderId, paymentId, transaction))) {
        const account = await accounts.lock(orderId, transaction);
        // A charge that comes after its own undo is too late, whatever has become of the order since.
        if (await accounts.isTakenBack(attempt.processId, transaction)) return { kind: 'closed' };
        if (account.closedAt !== null && !opensAgain(account, attempt)) return { kind: 'closed' };
        if (account.paymentId !== null) return { kind: 'held', payment: await this.read(account.paymentId, transaction) };
        await accounts.update(orderId, { paymentId, closedAt: null }, transaction);
      }
      const payment = newRow(paymentId, attempt);
      await insertRows(this.models.payments, [payment], transaction);
      return { kind: 'new', payment };
    });
  }

  /**
   * Closes the order to late charges of this process; gives the payment that has its place. A closing that comes again
   * after the order was opened to another process, or by its payer, finds nothing: what is there now is not its own.
   */
  async close(orderId: string, processId: string): Promise<PaymentRow | null> {
    return inTransaction(this.sequelize, async (transaction) => {
      const account = await this.rows.accounts.lock(orderId, transaction);
      const isRepeated = await this.rows.accounts.isTakenBack(processId, transaction);
      if (isRepeated && account.closedAt === null) return null;
      if (!isRepeated) {
        await this.rows.accounts.takeBack(orderId, processId, transaction);
        await this.rows.accounts.update(orderId, { closedAt: now }, transaction);
      }
      return account.paymentId === null ? null : this.read(account.paymentId, transaction);
    });
  }

  /**
   * Locks the payment, lets the rule decide, and stores what it decided with all that belongs to it; null changes
   * nothing. An event that caused it is ticked off in the same transaction, and changes nothing when it was before.
   */
  async change(payment: PaymentRef, decide: (locked: Locked) => Decision | null, event?: EventKey): Promise<Standing> {
    return inTransaction(this.sequelize, async (transaction) => {
      const locked = await this.rows.accounts.lockPaymentOf(payment, transaction);
      const isNews = event === undefined || (await this.rows.events.tickOff(event, transaction));
      const decision = isNews ? decide(locked) : null;
      const standing = decision ? await this.store(locked, decision, transaction) : locked.payment;
      return Object.assign(standing, { orderIsClosed: locked.account.closedAt !== null });
    });
  }

  /** Keeps the answer of a request that bears an Idempotency-Key. */
  async keepAnswer(claim: Claim, answer: PaymentShape): Promise<void> {
    await inTransaction(this.sequelize, (transaction) => this.rows.keys.complete(claim, answer, transaction));
  }

  /** Claims payments whose gateway is to be asked how they stand. */
  claimDue(limit: number, pauseAfter: PauseAfter): Promise<PaymentRow[]> {
    return claimDue(this.models.payments, limit, pauseAfter);
  }

  /** Gives the payment as it is then. */
  private async store({ account, payment, at }: Locked, decision: Decision, transaction: Transaction): Promise<PaymentRow> {
    const { status, reference, nextAction, declineReason, checkInSeconds } = decision;
    const changes = {
      status,
      nextCheckAt: checkInSeconds === null ? null : new Date(at.getTime() + checkInSeconds * 1000),
      updatedAt: at,
      ...(reference !== undefined && { reference }),
      ...(nextAction !== undefined && { nextAction: nextAction && JSON.stringify(nextAction) }),
      ...(declineReason !== undefined && { declineReason }),
      ...(decision.captured && { capturedAt: at, declineReason: null }),
    };
    if (status !== payment.status) outcomes.inc({ gateway: payment.gateway, outcome: status });
    const { paymentId } = payment;
    await updateRows(this.models.payments, changes, { paymentId }, transaction);
    const holder = decision.place === 'free' ? null : paymentId;
    if (decision.place && account.paymentId !== holder)
      await this.rows.accounts.update(payment.orderId, { paymentId: holder }, transaction);
    if (decision.invoiced) await this.rows.invoices.issue(payment, transaction);
    return Object.assign(payment, changes);
  }

  private async read(paymentId: string, transaction: Transaction): Promise<PaymentRow> {
    const [row] = await selectPrepared<PaymentRow>(this.sequelize, this.one, [paymentId], transaction);
    if (!row) throw new Error(`There is no payment ${paymentId}`);
    return row;
  }
}

/**
 * Whether the attempt opens a closed order again: one of a new process does, and one of a payer who knew of this very
 * closing. While a payment is still being given back, none does.
 */
const opensAgain = ({ paymentId, closedAt }: OrderAccountRow, { processId, reopens }: Attempt): boolean =>
  paymentId === null && (processId !== null || closedAt?.getTime() === reopens?.getTime());

const newRow = (paymentId: string, { orderId, userId, cloud, amount, gateway, requestKey, inFlightSeconds }: Attempt) => ({
  ...{ paymentId, orderId, userId, cloud, gateway, amount: amount.amount, currency: amount.currency, requestKey },
  ...{ status: 'pending' as const, reference: null, refundedAmount: 0, nextAction: null, declineReason: null },
  ...{ checks: 0, nextCheckAt: inSeconds(inFlightSeconds), capturedAt: null, createdAt: now, updatedAt: now },
});

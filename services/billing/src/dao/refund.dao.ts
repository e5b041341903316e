import { inTransaction, updateRows } from '@polycloud/database';
import { newId } from '@polycloud/http';
import { Op, type Sequelize, type Transaction } from 'sequelize';
import type { Models } from '../models';
import type { PaymentRow } from '../models/payment.model';
import type { RefundRow } from '../models/refund.model';
import { inSeconds, now } from './clock';
import type { Locked, OrderAccountDao } from './order-account.dao';

export type { RefundRow } from '../models/refund.model';

/** Money that is to go back: minor units, or all that is left. */
export interface Reservation {
  paymentId: string;
  amount: number | 'rest';
  reason: string;
  requestKey: string | null;
  inFlightSeconds: number;
}

/** A refund that was reserved, or how much is left when it was not. */
type Reserved = { refund: RefundRow } | { left: number };

const CAPTURED = ['succeeded', 'partially_refunded'] as const;
/** Pause before a refund that the gateway is still working on is asked about, seconds. */
const LOOK_AGAIN = 600;

/** Refunds, reserved before the gateway is asked and counted when it has done them. */
export class RefundDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
    private readonly accounts: OrderAccountDao,
  ) {}

  /** Reserves money of a captured payment; the same request finds its own refund again. */
  async reserve(wish: Reservation): Promise<Reserved> {
    return inTransaction(this.sequelize, async (transaction): Promise<Reserved> => {
      const { payment } = await this.accounts.lockPayment(wish.paymentId, transaction);
      const earlier = await this.byRequest(wish, transaction);
      if (earlier) return { refund: earlier };
      const left = CAPTURED.some((status) => status === payment.status)
        ? Number(payment.amount) - (await this.reservedOf(wish.paymentId, transaction))
        : 0;
      const amount = wish.amount === 'rest' ? left : wish.amount;
      if (amount > left || amount <= 0) return { left };
      const refundId = newId();
      await this.models.refunds.create(newRow(refundId, amount, wish), { transaction });
      return { refund: await this.read(refundId, transaction) };
    });
  }

  /** Counts a refund that the gateway has done, once. Gives the payment as it stands then. */
  async succeed(refund: RefundRow, reference: string): Promise<PaymentRow> {
    return inTransaction(this.sequelize, async (transaction) => {
      const locked = await this.accounts.lockPayment(refund.paymentId, transaction);
      const changes = { status: 'succeeded' as const, reference, nextCheckAt: null, updatedAt: now };
      const [changed] = await this.models.refunds.update(changes, {
        where: { refundId: refund.refundId, status: 'pending' },
        transaction,
      });
      if (changed === 1) await this.count(locked, Number(refund.amount), transaction);
      const after = await this.models.payments.findByPk(refund.paymentId, { transaction, raw: true });
      if (!after) throw new Error(`The payment ${refund.paymentId} vanished`);
      return after;
    });
  }

  /** Books money that the gateway gave back without being asked by us; gives its amount, 0 when our books hold all of it. */
  async bookForeign(paymentId: string, refundedAtGateway: number): Promise<number> {
    return inTransaction(this.sequelize, async (transaction) => {
      const locked = await this.accounts.lockPayment(paymentId, transaction);
      // What we ask for is reserved before it is asked, so what is not reserved is not ours.
      const amount = refundedAtGateway - (await this.reservedOf(paymentId, transaction));
      if (amount <= 0) return 0;
      const wish = { paymentId, reason: 'made_at_gateway', requestKey: null, inFlightSeconds: 0 };
      const row = { ...newRow(newId(), amount, wish), status: 'succeeded' as const, nextCheckAt: null };
      await this.models.refunds.create(row, { transaction });
      await this.count(locked, amount, transaction);
      return amount;
    });
  }

  /** Gives the reserved money free: the gateway refused for good. What pays nothing is looked at again. */
  async fail({ refundId, paymentId }: RefundRow): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      const { account } = await this.accounts.lockPayment(paymentId, transaction);
      // Without its key the same request may try anew.
      const failed = { status: 'failed' as const, requestKey: null, nextCheckAt: null, updatedAt: now };
      await this.models.refunds.update(failed, { where: { refundId, status: 'pending' }, transaction });
      const mustGoBack = account.closedAt !== null || account.paymentId !== paymentId;
      const { payments } = this.models;
      if (mustGoBack) await updateRows(payments, { nextCheckAt: inSeconds(LOOK_AGAIN) }, { paymentId }, transaction);
    });
  }

  /** The gateway has taken it on and will carry it out; it is asked again later. */
  async accept(refundId: string, reference: string): Promise<void> {
    await this.models.refunds.update(
      { reference, nextCheckAt: inSeconds(LOOK_AGAIN), updatedAt: now },
      { where: { refundId, status: 'pending' } },
    );
  }

  /** A payment that is given back wholly no longer pays its order. */
  private async count({ account, payment }: Locked, amount: number, transaction: Transaction): Promise<void> {
    const refundedAmount = Number(payment.refundedAmount) + amount;
    const isWhole = refundedAmount === Number(payment.amount);
    const status = isWhole ? ('refunded' as const) : ('partially_refunded' as const);
    const nothingToAsk = isWhole ? { nextCheckAt: null } : {};
    const { orderId, paymentId } = payment;
    const changes = { refundedAmount, status, updatedAt: now, ...nothingToAsk };
    await updateRows(this.models.payments, changes, { paymentId }, transaction);
    if (isWhole && account.paymentId === paymentId) await this.accounts.update(orderId, { paymentId: null }, transaction);
  }

  private async byRequest({ paymentId, requestKey }: Reservation, transaction: Transaction): Promise<RefundRow | null> {
    return requestKey === null ? null : this.models.refunds.findOne({ where: { paymentId, requestKey }, raw: true, transaction });
  }

  private async reservedOf(paymentId: string, transaction: Transaction): Promise<number> {
    const where = { paymentId, status: { [Op.ne]: 'failed' as const } };
    return Number((await this.models.refunds.sum('amount', { where, transaction })) ?? 0);
  }

  private async read(refundId: string, transaction: Transaction): Promise<RefundRow> {
    const row = await this.models.refunds.findByPk(refundId, { transaction, raw: true });
    if (!row) throw new Error(`There is no refund ${refundId}`);
    return row;
  }
}

const newRow = (
  refundId: string,
  amount: number,
  { paymentId, reason, requestKey, inFlightSeconds }: Omit<Reservation, 'amount'>,
) => ({
  ...{ refundId, paymentId, amount, status: 'pending' as const, reason, reference: null, requestKey },
  ...{ checks: 0, nextCheckAt: inSeconds(inFlightSeconds), createdAt: now, updatedAt: now },
});

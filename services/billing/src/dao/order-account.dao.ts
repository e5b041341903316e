import { changePrepared, columnsOf, selectPrepared, updateRows } from '@polycloud/database';
import type { Sequelize, Transaction } from 'sequelize';
import type { Models } from '../models';
import type { OrderAccountRow } from '../models/order-account.model';
import type { PaymentRow } from '../models/payment.model';

/** A payment and its order's account, both locked until the transaction ends; and when, by the database's clock. */
export interface Locked {
  account: Pick<OrderAccountRow, 'paymentId' | 'closedAt'>;
  payment: PaymentRow;
  at: Date;
}

/** What never changes of a payment. */
export type PaymentRef = Pick<PaymentRow, 'paymentId' | 'orderId'>;

/** A payment, joined with its order's account. */
type LockedRow = PaymentRow & Pick<OrderAccountRow, 'closedAt'> & { holder: string | null; lockedAt: Date };

/** The rows that all work on one order queues at. The account is always locked before its payments. */
export class OrderAccountDao {
  private readonly account: string;
  private readonly both: string;

  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Pick<Models, 'accounts' | 'payments' | 'takenBack'>,
  ) {
    this.account = `SELECT ${columnsOf(models.accounts, 'a')} FROM order_accounts a WHERE a.order_id = ?`;
    // SYSDATE, not NOW, which would be the time before the wait for the locks.
    this.both = `SELECT ${columnsOf(models.payments, 'p')}, a.payment_id AS holder, a.closed_at AS closedAt,
        SYSDATE(3) AS lockedAt
      FROM order_accounts a STRAIGHT_JOIN payments p WHERE a.order_id = ? AND p.payment_id = ? FOR UPDATE`;
  }

  /** Makes the order's account with its place given to this payment; false when there is one, which is then locked. */
  async open(orderId: string, paymentId: string | null, transaction: Transaction): Promise<boolean> {
    // INSERT ... ON DUPLICATE KEY UPDATE takes the exclusive lock at once; INSERT IGNORE would share it and deadlock.
    const sql = `INSERT INTO order_accounts (order_id, payment_id, created_at) VALUES (?, ?, NOW(3))
      ON DUPLICATE KEY UPDATE order_id = VALUES(order_id)`;
    return (await changePrepared(this.sequelize, sql, [orderId, paymentId], transaction)).affectedRows === 1;
  }

  /** The order's account, made when there is none. */
  async lock(orderId: string, transaction: Transaction): Promise<OrderAccountRow> {
    await this.open(orderId, null, transaction);
    const account = await this.read(orderId, transaction);
    if (!account) throw new Error(`The account of order ${orderId} vanished`);
    return account;
  }

  async lockPayment(paymentId: string, transaction: Transaction): Promise<Locked> {
    const orderOf = 'SELECT order_id AS orderId FROM payments WHERE payment_id = ?';
    const [found] = await selectPrepared<{ orderId: string }>(this.sequelize, orderOf, [paymentId], transaction);
    if (!found) throw new Error(`There is no payment ${paymentId}`);
    return this.lockPaymentOf({ paymentId, orderId: found.orderId }, transaction);
  }

  /** The same where it is known which order the payment is for; its account is made when there is none. */
  async lockPaymentOf(payment: PaymentRef, transaction: Transaction): Promise<Locked> {
    const locked = await this.readLocked(payment, transaction);
    if (locked) return locked;
    await this.open(payment.orderId, null, transaction);
    const lockedNow = await this.readLocked(payment, transaction);
    if (!lockedNow) throw new Error(`The payment ${payment.paymentId} vanished`);
    return lockedNow;
  }

  private async readLocked({ paymentId, orderId }: PaymentRef, transaction: Transaction): Promise<Locked | undefined> {
    const [found] = await selectPrepared<LockedRow>(this.sequelize, this.both, [orderId, paymentId], transaction);
    if (!found) return undefined;
    const { lockedAt, holder, closedAt, ...payment } = found;
    return { account: { paymentId: holder, closedAt }, payment: payment as PaymentRow, at: lockedAt };
  }

  /** Writes to a locked account. */
  async update(orderId: string, values: Partial<OrderAccountRow>, transaction: Transaction): Promise<void> {
    await updateRows(this.models.accounts, values, { orderId }, transaction);
  }

  /** Notes, with the account locked, that the charge of this process was taken back: it charges no more. */
  async takeBack(orderId: string, processId: string, transaction: Transaction): Promise<void> {
    await this.models.takenBack.upsert({ processId, orderId, createdAt: new Date() }, { transaction });
  }

  async isTakenBack(processId: string | null, transaction: Transaction): Promise<boolean> {
    return processId !== null && (await this.models.takenBack.findByPk(processId, { transaction })) !== null;
  }

  async find(orderId: string): Promise<OrderAccountRow | null> {
    const [account = null] = await selectPrepared<OrderAccountRow>(this.sequelize, this.account, [orderId]);
    return account;
  }

  private async read(orderId: string, transaction: Transaction): Promise<OrderAccountRow | undefined> {
    return (await selectPrepared<OrderAccountRow>(this.sequelize, `${this.account} FOR UPDATE`, [orderId], transaction))[0];
  }
}

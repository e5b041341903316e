import type { Transaction } from 'sequelize';
import type { Models } from '../models';
import type { OrderAccountRow } from '../models/order-account.model';
import type { PaymentRow } from '../models/payment.model';

/** A payment and its order's account, both locked until the transaction ends. */
export interface Locked {
  account: OrderAccountRow;
  payment: PaymentRow;
}

/** The rows that all work on one order queues at. The account is always locked before its payments. */
export class OrderAccountDao {
  constructor(private readonly models: Pick<Models, 'accounts' | 'payments' | 'takenBack'>) {}

  /** The order's account, made when there is none. */
  async lock(orderId: string, transaction: Transaction): Promise<OrderAccountRow> {
    // INSERT ... ON DUPLICATE KEY UPDATE takes the exclusive lock at once; INSERT IGNORE would share it and deadlock.
    await this.models.accounts.upsert(
      { orderId, paymentId: null, closedAt: null, createdAt: new Date() },
      { fields: ['orderId'], transaction },
    );
    const account = await this.models.accounts.findByPk(orderId, { transaction, lock: transaction.LOCK.UPDATE });
    if (!account) throw new Error(`The account of order ${orderId} vanished`);
    return account;
  }

  async lockPayment(paymentId: string, transaction: Transaction): Promise<Locked> {
    const found = await this.models.payments.findByPk(paymentId, { attributes: ['orderId'], raw: true, transaction });
    if (!found) throw new Error(`There is no payment ${paymentId}`);
    const account = await this.lock(found.orderId, transaction);
    const payment = await this.models.payments.findByPk(paymentId, { transaction, lock: transaction.LOCK.UPDATE });
    if (!payment) throw new Error(`The payment ${paymentId} vanished`);
    return { account, payment };
  }

  /** Notes, with the account locked, that the charge of this process was taken back: it charges no more. */
  async takeBack(orderId: string, processId: string, transaction: Transaction): Promise<void> {
    await this.models.takenBack.upsert({ processId, orderId, createdAt: new Date() }, { transaction });
  }

  async isTakenBack(processId: string | null, transaction: Transaction): Promise<boolean> {
    return processId !== null && (await this.models.takenBack.findByPk(processId, { transaction })) !== null;
  }

  async find(orderId: string): Promise<OrderAccountRow | null> {
    return this.models.accounts.findByPk(orderId, { raw: true });
  }
}

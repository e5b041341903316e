import { columnsOf, selectPrepared, sqlPageBefore } from '@polycloud/database';
import { Op, type Sequelize } from 'sequelize';
import type { Models } from '../models';
import type { PaymentRow } from '../models/payment.model';

/** Sums of captured payments, minor units. */
export interface Totals {
  cloud: string | null;
  currency: string;
  payments: number;
  paid: number;
  refunded: number;
}

const CAPTURED = ['succeeded', 'partially_refunded', 'refunded'] as const;
const OPEN = ['pending', 'unknown', 'requires_action'] as const;

const listed = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ');

/** What there is to read about payments. */
export class PaymentHistoryDao {
  private readonly all: string;

  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Pick<Models, 'payments'>,
  ) {
    this.all = `SELECT ${columnsOf(models.payments, 'p')} FROM payments p`;
  }

  async find(paymentId: string): Promise<PaymentRow | null> {
    return this.findOne('WHERE p.payment_id = ?', [paymentId]);
  }

  /** The payment that has the order's place, unless the order was taken back. */
  async findByPlace(orderId: string): Promise<PaymentRow | null> {
    const place = 'JOIN order_accounts a ON a.payment_id = p.payment_id WHERE a.order_id = ? AND a.closed_at IS NULL';
    return this.findOne(place, [orderId]);
  }

  /** The payment that a gateway calls so, or the attempt of that id. */
  async findByGateway(
    gateway: string,
    { reference, attemptId }: { reference: string; attemptId?: string },
  ): Promise<PaymentRow | null> {
    const byReference = await this.findOne('WHERE p.gateway = ? AND p.reference = ?', [gateway, reference]);
    if (byReference || attemptId === undefined) return byReference;
    return this.findOne('WHERE p.gateway = ? AND p.payment_id = ?', [gateway, attemptId]);
  }

  /** All attempts of an order, oldest first. */
  async ofOrder(orderId: string): Promise<PaymentRow[]> {
    return this.models.payments.findAll({ where: { orderId }, order: [['paymentId', 'ASC']], raw: true });
  }

  /** `limit + 1` payments of a user, newest first, before the cursor. */
  async listOf(userId: string, query: { limit: number; cursor?: string; orderId?: string }): Promise<PaymentRow[]> {
    const prefix = { 'p.user_id': userId, 'p.order_id': query.orderId };
    const page = sqlPageBefore(prefix, { name: 'p.payment_id', cursor: query.cursor });
    const sql = `${this.all} WHERE ${page.where} ORDER BY ${page.order} LIMIT ?`;
    // As text: a number is sent as a floating one, which LIMIT does not take.
    return selectPrepared(this.sequelize, sql, [...page.values, String(query.limit + 1)]);
  }

  /** What a user's captured payments add up to, by cloud and currency. */
  async totalsOf(userId: string): Promise<Totals[]> {
    const sql = `SELECT cloud, currency, COUNT(*) AS payments, SUM(amount) AS paid, SUM(refunded_amount) AS refunded
      FROM payments WHERE user_id = ? AND status IN (${listed(CAPTURED)}) GROUP BY cloud, currency ORDER BY currency`;
    const rows = await selectPrepared<Totals>(this.sequelize, sql, [userId]);
    // Sums come as decimals in text.
    return rows.map(({ paid, refunded, ...rest }) => ({ ...rest, paid: Number(paid), refunded: Number(refunded) }));
  }

  /** A user's payments whose outcome is still open. */
  async openOf(userId: string): Promise<PaymentRow[]> {
    const open = `WHERE p.user_id = ? AND p.status IN (${listed(OPEN)}) ORDER BY p.currency`;
    return selectPrepared(this.sequelize, `${this.all} ${open}`, [userId]);
  }

  /** Payments of a gateway that were captured since then, oldest first, after that id. */
  async capturedSince(gateway: string, since: Date, after: string): Promise<PaymentRow[]> {
    const where = { gateway, status: CAPTURED, capturedAt: { [Op.gte]: since }, paymentId: { [Op.gt]: after } };
    return this.models.payments.findAll({ where, order: [['paymentId', 'ASC']], limit: 500, raw: true });
  }

  private async findOne(which: string, values: string[]): Promise<PaymentRow | null> {
    const [payment = null] = await selectPrepared<PaymentRow>(this.sequelize, `${this.all} ${which}`, values);
    return payment;
  }
}

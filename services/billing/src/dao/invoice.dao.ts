import { changePrepared, decodeCursor } from '@polycloud/database';
import { newId } from '@polycloud/http';
import { Op, type Sequelize, type Transaction } from 'sequelize';
import type { Models } from '../models';
import type { InvoiceRow } from '../models/invoice.model';
import type { PaymentRow } from '../models/payment.model';
import { TAX_RATE } from './price.dao';

export type { InvoiceRow } from '../models/invoice.model';

/** Invoices and their numbers. */
export class InvoiceDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
    private readonly country: string,
  ) {}

  /** Issues the invoice of a payment, under the next number of the year, in the transaction that captures it; once. */
  async issue(payment: PaymentRow, transaction: Transaction): Promise<void> {
    const { paymentId, orderId, userId, amount, currency } = payment;
    const issuedAt = new Date();
    const year = issuedAt.getUTCFullYear();
    // The counter stays locked until the commit, so a number is taken only by an invoice that exists: it comes last.
    const serial = await this.nextSerial(year, paymentId, transaction);
    if (serial === null) return;
    const { country } = this;
    const sql = `INSERT INTO invoices (invoice_id, year, serial, payment_id, order_id, user_id, amount, currency, country,
        tax_basis_points, issued_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, COALESCE((${TAX_RATE}), 0), ?)`;
    const values = [newId(), year, serial, paymentId, orderId, userId, amount, currency, country, country, issuedAt];
    await changePrepared(this.sequelize, sql, values, transaction);
  }

  async find(invoiceId: string): Promise<InvoiceRow | null> {
    return this.models.invoices.findByPk(invoiceId, { raw: true });
  }

  /** `limit + 1` invoices of a user, newest first, before the cursor. */
  async listOf(userId: string, query: { limit: number; cursor?: string }): Promise<InvoiceRow[]> {
    const where = { userId, ...(query.cursor !== undefined && { invoiceId: { [Op.lt]: decodeCursor(query.cursor) } }) };
    return this.models.invoices.findAll({ where, order: [['invoiceId', 'DESC']], limit: query.limit + 1, raw: true });
  }

  /** Keeps payer and lines; what was kept first stays. */
  async keepDetails(invoiceId: string, details: object): Promise<void> {
    await this.models.invoices.update({ details: JSON.stringify(details) }, { where: { invoiceId, details: null } });
  }

  /** Nothing where the payment has its invoice. */
  private async nextSerial(year: number, paymentId: string, transaction: Transaction): Promise<number | null> {
    const sql = `INSERT INTO invoice_counters (year, last_serial)
      SELECT ?, LAST_INSERT_ID(1) FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM invoices WHERE payment_id = ?)
      ON DUPLICATE KEY UPDATE last_serial = LAST_INSERT_ID(last_serial + 1)`;
    const { affectedRows, insertId } = await changePrepared(this.sequelize, sql, [year, paymentId], transaction);
    return affectedRows === 0 ? null : insertId;
  }
}

import { changePrepared, decodeCursor, insertRows, selectPrepared } from '@polycloud/database';
import { newId } from '@polycloud/http';
import { Op, type Sequelize, type Transaction } from 'sequelize';
import type { Models } from '../models';
import type { InvoiceRow } from '../models/invoice.model';
import type { PaymentRow } from '../models/payment.model';
import { TAX_RATE } from './price.dao';

export type { InvoiceRow } from '../models/invoice.model';

/** What decides about an invoice: whether it is there, and the tax that holds now. */
interface Known {
  issued: 0 | 1;
  basisPoints: number | null;
}

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
    const known = `SELECT EXISTS(SELECT 1 FROM invoices WHERE payment_id = ?) AS issued, (${TAX_RATE}) AS basisPoints`;
    const asked = [paymentId, this.country];
    const [found] = await selectPrepared<Known>(this.sequelize, known, asked, transaction);
    if (found?.issued) return;
    const issuedAt = new Date();
    const year = issuedAt.getUTCFullYear();
    // The counter stays locked until the commit, so a number is taken only by an invoice that exists: it comes last.
    const serial = await this.nextSerial(year, transaction);
    const invoice = {
      ...{ invoiceId: newId(), year, serial, paymentId, orderId, userId, amount, currency },
      ...{ country: this.country, taxBasisPoints: found?.basisPoints ?? 0, details: null, issuedAt },
    };
    await insertRows(this.models.invoices, [invoice], transaction);
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

  private async nextSerial(year: number, transaction: Transaction): Promise<number> {
    const sql = `INSERT INTO invoice_counters (year, last_serial) VALUES (?, LAST_INSERT_ID(1))
      ON DUPLICATE KEY UPDATE last_serial = LAST_INSERT_ID(last_serial + 1)`;
    return (await changePrepared(this.sequelize, sql, [year], transaction)).insertId;
  }
}

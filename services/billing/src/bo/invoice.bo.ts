import type { Caller } from '@polycloud/auth';
import { AppError, type Infer, type Invoice, type InvoiceSummary, Paged } from '@polycloud/contracts';
import { pageOfRows } from '@polycloud/database';
import type { InvoiceDao, InvoiceRow } from '../dao/invoice.dao';
import type { PaymentHistoryDao } from '../dao/payment-history.dao';
import type { OrderApi } from '../service/orders';
import { asUser, type Payers } from '../service/payers';
import { containedTax } from './tax';

export type InvoiceShape = Infer<typeof Invoice>;

/** Payer and lines as they were when the invoice was first read. */
type Details = Pick<InvoiceShape, 'payer' | 'lines'>;

/** Invoices: issued when an order is paid, completed with payer and lines when first read, unchanged from then on. */
export class InvoiceBo {
  constructor(
    private readonly rows: { invoices: InvoiceDao; history: PaymentHistoryDao },
    private readonly neighbours: { orderApi: OrderApi; payers: Payers },
  ) {}

  async list({ userId }: Caller, query: { limit: number; cursor?: string }): Promise<Paged<Infer<typeof InvoiceSummary>>> {
    const found = await this.rows.invoices.listOf(userId, query);
    const { rows, nextCursor } = pageOfRows(found, query.limit, ({ invoiceId }) => invoiceId);
    return new Paged(rows.map(summaryOf), nextCursor);
  }

  async get({ userId, roles }: Caller, invoiceId: string): Promise<InvoiceShape> {
    const invoice = await this.rows.invoices.find(invoiceId);
    if (!invoice || (invoice.userId !== userId && !roles.includes('admin')))
      throw new AppError('NOT_FOUND', `There is no invoice ${invoiceId}`);
    const [details, payment] = await Promise.all([this.detailsOf(invoice), this.rows.history.find(invoice.paymentId)]);
    return {
      ...summaryOf(invoice),
      ...details,
      ...taxOf(invoice),
      refunded: money(invoice, Number(payment?.refundedAmount ?? 0)),
    };
  }

  private async detailsOf(invoice: InvoiceRow): Promise<Details> {
    if (invoice.details !== null) return JSON.parse(invoice.details) as Details;
    const { invoiceId, orderId, userId } = invoice;
    const [order, payer] = await Promise.all([
      this.neighbours.orderApi.get({ params: { orderId }, onBehalfOf: asUser(userId) }),
      this.neighbours.payers.of(userId),
    ]);
    const lines = order.items.map(({ sku, quantity, price }) => ({ sku, quantity, price }));
    await this.rows.invoices.keepDetails(invoiceId, { payer: { name: payer.name, email: payer.email }, lines });
    // Whoever was first to keep them has the say.
    const kept = await this.rows.invoices.find(invoiceId);
    return JSON.parse(kept?.details ?? '{}') as Details;
  }
}

const money = ({ currency }: InvoiceRow, amount: number) => ({ amount, currency });

function taxOf(invoice: InvoiceRow) {
  const total = Number(invoice.amount);
  const tax = containedTax(total, invoice.taxBasisPoints);
  const taxRate = `${Math.floor(invoice.taxBasisPoints / 100)}.${String(invoice.taxBasisPoints % 100).padStart(2, '0')}`;
  return { net: money(invoice, total - tax), tax: money(invoice, tax), taxRate, country: invoice.country };
}

const summaryOf = (invoice: InvoiceRow) => ({
  invoiceId: invoice.invoiceId,
  number: `${invoice.year}-${String(invoice.serial).padStart(6, '0')}`,
  orderId: invoice.orderId,
  paymentId: invoice.paymentId,
  total: money(invoice, Number(invoice.amount)),
  issuedAt: invoice.issuedAt.toISOString(),
});

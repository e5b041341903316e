import Joi from 'joi';
import { endpoint } from './endpoint';
import { currency, id, Money, pageLimit, pageQuery, providers, time } from './fields';
import { OrderItem } from './order';
import { list, named, nullable, oneOf, record } from './schema';

export const NewQuote = named('NewQuote', record({ items: list(OrderItem).min(1).max(50) }, { currency: currency() }));

export const QuoteLine = named(
  'QuoteLine',
  record({ sku: Joi.string<string>(), quantity: Joi.number().integer(), unitPrice: Money, price: Money }),
);

export const Quote = named(
  'Quote',
  record({ lines: list(QuoteLine), total: Money }, { tax: Money.description('Contained in the total') }),
);

export const paymentStatuses = ['pending', 'requires_action', 'succeeded', 'failed', 'refunded', 'partially_refunded'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** What the payer must do next: open an address, or finish in the gateway's own client library. */
export const NextAction = named(
  'NextAction',
  record(
    { type: oneOf('redirect', 'client_sdk') },
    { url: Joi.string<string>(), data: Joi.object<Record<string, string>>().pattern(Joi.string(), Joi.string()) },
  ),
);

export const Payment = named(
  'Payment',
  record(
    {
      paymentId: id(),
      orderId: id(),
      status: oneOf(...paymentStatuses),
      amount: Joi.number().integer().description('Minor units'),
      currency: currency(),
      gateway: Joi.string<string>(),
      gatewayReference: nullable(Joi.string<string>()),
      refundedAmount: Joi.number().integer().min(0).description('Minor units'),
      createdAt: time(),
      updatedAt: time(),
    },
    { nextAction: NextAction, declineReason: Joi.string<string>() },
  ),
);

export const NewPayment = named(
  'NewPayment',
  record({ orderId: id(), gateway: Joi.string<string>().max(32), source: Joi.string<string>().max(255) }),
);

/** How much to give back, in minor units of the payment's currency; all that is left when nothing is said. */
export const NewRefund = named('NewRefund', record({}, { amount: Joi.number().integer().min(1) }));

/** What the saga of an order asks billing to do; the order is the idempotency key. */
export const Charge = named(
  'Charge',
  record({
    orderId: id(),
    processId: id().description('Who charges: once his charge was taken back, he charges no more'),
    userId: id(),
    amount: Money,
    gateway: Joi.string<string>(),
    source: Joi.string<string>(),
  }),
);

const totals = {
  currency: currency(),
  payments: Joi.number().integer(),
  paid: Joi.number().integer().description('Minor units captured'),
  refunded: Joi.number().integer().description('Minor units given back'),
};

export const BillingInfo = named(
  'BillingInfo',
  record({
    byCurrency: list(named('CurrencyTotals', record(totals))),
    byCloud: list(named('CloudTotals', record({ cloud: nullable(oneOf(...providers)), ...totals }))),
    open: list(Money).description('What is charged but not yet settled'),
    lastPayments: list(Payment),
  }),
);

const invoiceSummary = {
  invoiceId: id(),
  number: Joi.string<string>().example('2026-000001'),
  orderId: id(),
  paymentId: id(),
  total: Money,
  issuedAt: time(),
};

export const InvoiceSummary = named('InvoiceSummary', record(invoiceSummary));

export const Invoice = named(
  'Invoice',
  record({
    ...invoiceSummary,
    payer: named('Payer', record({ name: Joi.string<string>(), email: Joi.string<string>() })),
    lines: list(named('InvoiceLine', record({ sku: Joi.string<string>(), quantity: Joi.number().integer(), price: Money }))),
    net: Money,
    tax: Money,
    taxRate: Joi.string<string>().description('Per cent').example('5.00'),
    country: Joi.string<string>().description('Whose tax it is: ISO 3166-1 alpha-2'),
    refunded: Money,
  }),
);

export const quotes = {
  quote: endpoint({
    operation: 'quoteOrder',
    method: 'POST',
    path: '/quote',
    summary: 'What an order would cost',
    body: NewQuote,
    status: 200,
    returns: Quote,
    fails: ['CLOUD_NOT_REGISTERED', 'UNKNOWN_SKU'],
  }),
};

export const payments = {
  pay: endpoint({
    operation: 'payOrder',
    method: 'POST',
    path: '/payment',
    summary: "Pay an order; the amount is the order's",
    body: NewPayment,
    idempotent: true,
    status: 201,
    returns: Payment,
    fails: [
      'NOT_FOUND',
      'PAYMENT_DECLINED',
      'INVALID_STATE',
      'REQUEST_IN_PROGRESS',
      'IDEMPOTENCY_KEY_REUSED',
      'UPSTREAM_FAILED',
      'UNAVAILABLE',
    ],
  }),
  refund: endpoint({
    operation: 'refundPayment',
    method: 'POST',
    path: '/payment/:paymentId/refund',
    summary: 'Give back a payment, wholly or in part',
    params: record({ paymentId: id() }),
    body: NewRefund,
    idempotent: true,
    status: 200,
    returns: Payment,
    fails: ['NOT_FOUND', 'INVALID_STATE', 'REQUEST_IN_PROGRESS', 'IDEMPOTENCY_KEY_REUSED', 'UPSTREAM_FAILED', 'UPSTREAM_TIMEOUT'],
  }),
  get: endpoint({
    operation: 'getPayment',
    method: 'GET',
    path: '/payment/:paymentId',
    summary: 'Read one payment',
    params: record({ paymentId: id() }),
    status: 200,
    returns: Payment,
    fails: ['NOT_FOUND'],
  }),
  list: endpoint({
    operation: 'listPayments',
    method: 'GET',
    path: '/payments',
    summary: 'My payments, newest first',
    query: record({}, { ...pageQuery, orderId: id() }, pageLimit),
    status: 200,
    returns: list(Payment),
    paged: true,
  }),
};

export const paymentWebhooks = {
  receive: endpoint({
    operation: 'receivePaymentWebhook',
    method: 'POST',
    path: '/payment/webhook/:gateway',
    summary: "Take a gateway's signed event",
    access: 'public',
    params: record({ gateway: Joi.string<string>().max(32) }),
    rawBody: true,
    status: 200,
    returns: named('WebhookReceipt', record({ received: Joi.boolean<boolean>() })),
    fails: ['INVALID_SIGNATURE', 'NOT_FOUND'],
  }),
};

export const billingInformation = {
  info: endpoint({
    operation: 'getBillingInfo',
    method: 'GET',
    path: '/billing/info',
    summary: 'What I paid, by currency and by cloud',
    status: 200,
    returns: BillingInfo,
  }),
};

export const invoices = {
  list: endpoint({
    operation: 'listInvoices',
    method: 'GET',
    path: '/invoices',
    summary: 'My invoices, newest first',
    query: record({}, { ...pageQuery }, pageLimit),
    status: 200,
    returns: list(InvoiceSummary),
    paged: true,
  }),
  get: endpoint({
    operation: 'getInvoice',
    method: 'GET',
    path: '/invoice/:invoiceId',
    summary: 'Read one invoice, as JSON or as PDF',
    params: record({ invoiceId: id() }),
    status: 200,
    returns: Invoice,
    produces: ['application/pdf'],
    fails: ['NOT_FOUND', 'UNAVAILABLE'],
  }),
};

export const billingInternals = {
  charge: endpoint({
    method: 'POST',
    path: '/internal/charges',
    summary: 'Charge an order once',
    access: 'service',
    body: Charge,
    status: 200,
    returns: Payment,
    fails: ['PAYMENT_DECLINED', 'INVALID_STATE', 'REQUEST_IN_PROGRESS', 'UPSTREAM_TIMEOUT', 'UPSTREAM_FAILED', 'UNAVAILABLE'],
  }),
  refund: endpoint({
    method: 'POST',
    path: '/internal/charges/:orderId/refund',
    summary: 'Give back all that was charged for an order, and refuse what this process charges from now on',
    access: 'service',
    params: record({ orderId: id() }),
    body: record({ processId: id() }),
    status: 200,
    returns: list(Payment),
    fails: ['UPSTREAM_TIMEOUT', 'UPSTREAM_FAILED'],
  }),
  paid: endpoint({
    method: 'GET',
    path: '/internal/charges/:orderId',
    summary: 'Is an order paid',
    access: 'service',
    params: record({ orderId: id() }),
    status: 200,
    returns: record({ orderId: id(), paid: Joi.boolean<boolean>() }),
  }),
};

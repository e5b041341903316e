import Joi from 'joi';
import { endpoint } from './endpoint';
import { currency, id, Money, pageLimit, pageQuery, time } from './fields';
import { OrderItem } from './order';
import { list, named, nullable, oneOf, record } from './schema';

export const NewQuote = named('NewQuote', record({ items: list(OrderItem).min(1).max(50) }, { currency: currency() }));

export const QuoteLine = named(
  'QuoteLine',
  record({ sku: Joi.string<string>(), quantity: Joi.number().integer(), unitPrice: Money, price: Money }),
);

export const Quote = named('Quote', record({ lines: list(QuoteLine), total: Money }));

export const paymentStatuses = ['pending', 'requires_action', 'succeeded', 'failed', 'refunded', 'partially_refunded'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

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
      createdAt: time(),
      updatedAt: time(),
    },
    { nextAction: record({ type: Joi.string<string>(), url: Joi.string<string>() }), declineReason: Joi.string<string>() },
  ),
);

export const NewPayment = named(
  'NewPayment',
  record({ orderId: id(), gateway: Joi.string<string>().max(32), source: Joi.string<string>().max(255) }),
);

/** What the saga of an order asks billing to do; the order is the idempotency key. */
export const Charge = named(
  'Charge',
  record({ orderId: id(), userId: id(), amount: Money, gateway: Joi.string<string>(), source: Joi.string<string>() }),
);

export const quotes = {
  quote: endpoint({
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
  get: endpoint({
    method: 'GET',
    path: '/payment/:paymentId',
    summary: 'Read one payment',
    params: record({ paymentId: id() }),
    status: 200,
    returns: Payment,
    fails: ['NOT_FOUND'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/payments',
    summary: 'My payments, newest first',
    query: record({}, { ...pageQuery, orderId: id() }, pageLimit),
    status: 200,
    returns: list(Payment),
    paged: true,
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
    fails: ['PAYMENT_DECLINED', 'UPSTREAM_TIMEOUT', 'UPSTREAM_FAILED'],
  }),
  refund: endpoint({
    method: 'POST',
    path: '/internal/charges/:orderId/refund',
    summary: 'Give back all that was charged for an order',
    access: 'service',
    params: record({ orderId: id() }),
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
    returns: record({ orderId: id(), paid: Joi.boolean() }),
  }),
};

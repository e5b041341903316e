import Joi from 'joi';
import { endpoint } from './endpoint';
import { currency, id, Money, objectKey, pageLimit, pageQuery, time } from './fields';
import { Process, processStatus } from './process';
import { list, named, oneOf, record } from './schema';

/** A job of the cloud's own batch service. */
const BatchJob = named(
  'BatchJob',
  record(
    { model: Joi.string<string>().max(128).description('Model (AWS, Google), batch endpoint (Azure) or deployment (IBM)') },
    {
      options: Joi.object<Record<string, string | number>>()
        .pattern(Joi.string().max(64), Joi.alternatives(Joi.string().max(512), Joi.number()))
        .description('What only one cloud asks for, such as instanceType'),
    },
  ),
);

export const WorkInput = named(
  'WorkInput',
  record(
    {},
    {
      dataset: objectKey(),
      endpoint: Joi.string<string>().max(512).description('Endpoint that scores the rows, some hundred at once'),
      batch: BatchJob.description('Scores the dataset by a batch job instead'),
    },
  ),
);

export const OrderItem = named(
  'OrderItem',
  record(
    { sku: Joi.string<string>().max(64).example('DATA-PROFILE') },
    {
      input: WorkInput.description('What the work is done on'),
    },
    { quantity: Joi.number().integer().min(1).max(1000).default(1) },
  ),
);

export const PaymentChoice = named(
  'PaymentChoice',
  record({ gateway: Joi.string<string>().max(32).example('sandbox'), source: Joi.string<string>().max(255).example('tok_ok') }),
);

export const NewOrder = named(
  'NewOrder',
  record(
    { items: list(OrderItem).min(1).max(50), payment: PaymentChoice },
    {
      currency: currency(),
      callbackUrl: Joi.string<string>()
        .max(2048)
        .uri({ scheme: ['http', 'https'] }),
    },
  ).example({
    items: [{ sku: 'DATA-PROFILE', input: { dataset: 'taxis.csv' } }],
    payment: { gateway: 'sandbox', source: 'tok_ok' },
    currency: 'USD',
  }),
);

export const AcceptedOrder = named(
  'AcceptedOrder',
  record({ orderId: id(), processId: id(), status: processStatus(), percentage: Joi.number().integer(), total: Money }),
);

export const orderStatuses = ['accepted', 'completed', 'failed', 'cancelled'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export const OrderLine = named(
  'OrderLine',
  record(
    { sku: Joi.string<string>(), quantity: Joi.number().integer(), price: Money },
    { input: Joi.object<Record<string, unknown>>().unknown(true) },
  ),
);

export const Order = named(
  'Order',
  record({
    orderId: id(),
    processId: id(),
    status: oneOf(...orderStatuses),
    items: list(OrderLine),
    total: Money,
    createdAt: time(),
    updatedAt: time(),
  }),
);

/** What billing needs of an order that is to be paid: for services only. */
export const OrderToPay = named(
  'OrderToPay',
  record({ orderId: id(), userId: id(), status: oneOf(...orderStatuses), total: Money }),
);

/** One change of state of an order's process. */
export const HistoryEntry = named(
  'HistoryEntry',
  record(
    {
      at: time(),
      processId: id(),
      kind: Joi.string<string>().description('accepted, done, retry, compensating, undone, completed, failed, cancelled'),
      step: Joi.string<string>(),
      percentage: Joi.number().integer(),
      requestId: Joi.string<string>(),
    },
    { detail: Joi.string<string>() },
  ),
);

const orderId = { orderId: id() };

export const orders = {
  place: endpoint({
    operation: 'placeOrder',
    method: 'POST',
    path: '/user/order',
    summary: 'Place an order',
    body: NewOrder,
    idempotent: true,
    status: 202,
    headers: ['Location'],
    returns: AcceptedOrder,
    fails: ['CLOUD_NOT_REGISTERED', 'UNKNOWN_SKU', 'IDEMPOTENCY_KEY_REUSED', 'REQUEST_IN_PROGRESS', 'UNAVAILABLE'],
  }),
  get: endpoint({
    operation: 'getOrder',
    method: 'GET',
    path: '/order/:orderId',
    summary: 'Read one order',
    params: record(orderId),
    status: 200,
    returns: Order,
    fails: ['NOT_FOUND'],
  }),
  list: endpoint({
    operation: 'listOrders',
    method: 'GET',
    path: '/orders',
    summary: 'My orders, newest first',
    query: record({}, { ...pageQuery, status: oneOf(...orderStatuses) }, pageLimit),
    status: 200,
    returns: list(Order),
    paged: true,
  }),
  history: endpoint({
    operation: 'getOrderHistory',
    method: 'GET',
    path: '/order/:orderId/history',
    summary: 'Every change of state of an order, in order',
    params: record(orderId),
    status: 200,
    returns: list(HistoryEntry),
    fails: ['NOT_FOUND'],
  }),
  cancel: endpoint({
    operation: 'cancelOrder',
    method: 'POST',
    path: '/order/:orderId/cancel',
    summary: 'Stop an order and undo what has been done',
    params: record(orderId),
    status: 202,
    headers: ['Location'],
    returns: Process,
    fails: ['NOT_FOUND', 'INVALID_STATE'],
  }),
  retry: endpoint({
    operation: 'retryOrder',
    method: 'POST',
    path: '/order/:orderId/retry',
    summary: 'Run a failed order again, as a new process',
    params: record(orderId),
    status: 202,
    headers: ['Location'],
    returns: Process,
    fails: ['NOT_FOUND', 'INVALID_STATE'],
  }),
};

/** Where SNS pushes events, for installations without a queue. Who may is told by the signature, not by a token. */
export const pushedEvents = {
  take: endpoint({
    operation: 'takePushedEvent',
    method: 'POST',
    path: '/order/events/sns',
    summary: 'An event pushed by SNS',
    access: 'public',
    rawBody: true,
    status: 200,
    fails: ['INVALID_SIGNATURE', 'FORBIDDEN', 'UNAVAILABLE'],
  }),
};

export const orderInternals = {
  toPay: endpoint({
    method: 'GET',
    path: '/internal/orders/:orderId',
    summary: 'Amount and owner of an order',
    access: 'service',
    params: record(orderId),
    status: 200,
    returns: OrderToPay,
    fails: ['NOT_FOUND'],
  }),
};

import Joi from 'joi';
import { endpoint } from './endpoint';
import { currency, id, Money, objectKey, pageLimit, pageQuery, time } from './fields';
import { list, named, oneOf, record } from './schema';

/** 0 under process, 1 success, 2 failure. */
export const ProcessStatus = { UNDER_PROCESS: 0, SUCCESS: 1, FAILURE: 2 } as const;
export type ProcessStatus = (typeof ProcessStatus)[keyof typeof ProcessStatus];
export const processStatusText = ['under process', 'success', 'failure'] as const;
const processStatus = () => Joi.number<ProcessStatus>().valid(0, 1, 2).description('0 under process, 1 success, 2 failure');

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

export const ProcessError = named(
  'ProcessError',
  record({ code: Joi.string<string>(), detail: Joi.string<string>() }, { hint: Joi.string<string>() }),
);

export const Process = named(
  'Process',
  record(
    {
      processId: id(),
      orderId: id(),
      status: processStatus(),
      statusText: oneOf(...processStatusText),
      percentage: Joi.number().integer().min(0).max(100),
      step: Joi.string<string>().description('The step that is running, or the last one'),
      createdAt: time(),
      updatedAt: time(),
    },
    {
      error: ProcessError,
      result: named('ProcessResult', record({ key: objectKey().description('Where the result lies in your cloud') })),
    },
  ),
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

export const callbackStates = ['pending', 'delivered', 'failed'] as const;
export type CallbackState = (typeof callbackStates)[number];

export const CallbackDelivery = named(
  'CallbackDelivery',
  record(
    {
      deliveryId: id(),
      url: Joi.string<string>(),
      state: oneOf(...callbackStates),
      createdAt: time(),
      attempts: list(
        named(
          'CallbackAttempt',
          record({ at: time(), ms: Joi.number().integer() }, { status: Joi.number().integer(), error: Joi.string<string>() }),
        ),
      ).description('Every try with its answer, the first one first'),
    },
    { nextAttemptAt: time() },
  ),
);

const orderId = { orderId: id() };
const processId = { processId: id() };

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

export const processes = {
  get: endpoint({
    operation: 'getProcess',
    method: 'GET',
    path: '/user/process/:processId',
    summary: 'How far a process is',
    params: record(processId),
    status: 200,
    returns: Process,
    fails: ['NOT_FOUND'],
  }),
  list: endpoint({
    operation: 'listProcesses',
    method: 'GET',
    path: '/user/processes',
    summary: 'My processes, newest first',
    query: record({}, { ...pageQuery, status: processStatus() }, pageLimit),
    status: 200,
    returns: list(Process),
    paged: true,
  }),
  events: endpoint({
    operation: 'streamProcess',
    method: 'GET',
    path: '/user/process/:processId/events',
    summary: 'How far a process is, as Server-Sent Events until it ends',
    params: record(processId),
    status: 200,
    returns: Process,
    produces: ['text/event-stream'],
    fails: ['NOT_FOUND'],
  }),
  all: endpoint({
    operation: 'listAllProcesses',
    method: 'GET',
    path: '/processes',
    summary: 'Processes of all users, newest first',
    access: 'admin',
    query: record(
      {},
      {
        ...pageQuery,
        status: processStatus(),
        olderThan: Joi.number().integer().min(0).description('Only those that began more than so many seconds ago'),
      },
      pageLimit,
    ),
    status: 200,
    returns: list(Process),
    paged: true,
  }),
};

const deliveryId = { deliveryId: id() };

export const callbacks = {
  list: endpoint({
    operation: 'listCallbacks',
    method: 'GET',
    path: '/user/process/:processId/callbacks',
    summary: 'Every try of the callback of a process',
    params: record(processId),
    status: 200,
    returns: list(CallbackDelivery),
    fails: ['NOT_FOUND'],
  }),
  replay: endpoint({
    operation: 'replayCallback',
    method: 'POST',
    path: '/user/process/:processId/callbacks/:deliveryId/replay',
    summary: 'Send a callback again',
    params: record({ ...processId, ...deliveryId }),
    status: 202,
    returns: CallbackDelivery,
    fails: ['NOT_FOUND'],
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

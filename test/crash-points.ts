export const MAINS = {
  order: 'services/order/dist/server.js',
  worker: 'services/order/dist/worker.js',
  billing: 'services/billing/dist/server.js',
};
export type Part = keyof typeof MAINS;
export const PARTS = Object.keys(MAINS) as Part[];

/** What writes rows, messages or money for an order, and how many of its calls differ: a crash is tried before and after each. */
const WRITES: Record<Part, Record<string, number>> = {
  order: {
    ...{ 'keyDao.claim': 1, 'orderDao.insertWithProcess': 1, 'orderDao.requestCancel': 1, 'orderDao.insertRetry': 1 },
    ...{ 'outboxDao.claim': 1, 'publisher.publish': 1, 'outboxDao.markPublished': 1 },
  },
  worker: {
    ...{ 'leaseDao.claimByEvent': 1, 'leaseDao.claimDue': 1, 'stepDao.done': 2, 'stepDao.undone': 2 },
    ...{
      'stepDao.turnRound': 1,
      'stepDao.retryLater': 1,
      'endDao.finish': 2,
      'callbackDao.claimDue': 1,
      'callbackDao.record': 1,
    },
  },
  billing: {
    ...{ 'payments.dao.open': 1, 'gateway.sandbox.charge': 1, 'payments.dao.change': 2, 'events.dao.store': 1 },
    ...{ 'payments.dao.close': 1, 'refunds.dao.reserve': 1, 'gateway.sandbox.refund': 1, 'refunds.dao.succeed': 1 },
    ...{ 'payments.dao.claimDue': 1, 'refundQueue.dao.claimDue': 1, 'events.dao.claimDue': 1 },
  },
};
/** The rest of what touches rows or the world: what reads, what is a part of a write above, and what an order does not need. */
const NO_WRITES = new RegExp(
  [
    /\.(find\w*|get|ask|read|current|taxRate|\w+Of|ofOrder|usersWithDue|byRequest|isTakenBack|verifyWebhook|hasBacklogBeyond)$/,
    /^keyDao\.(insert|completeAll|byOwner|release)$|^orderDao\.insertAll$|^outboxDao\.(append|appendAll|postpone)$/,
    /^publisher\.publishBatch$|^inboxDao\.note$|^leaseDao\.(claim|renew)$|^stepDao\.(advance|enter|progress)$|^endDao\.announce$/,
    /^accounts\.dao\.(open|lock|lockPayment|readLocked|update|takeBack)$|^payments\.dao\.store$|^refunds\.dao\.count$|^invoices\.dao\.\w+$|^events\.dao\.tickOff$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);
const TOUCHES = /dao\.\w+$|^(publisher|gateway)\./i;

/** Before and after each differing call of each write. */
export const pointsOf = (part: Part): string[] =>
  Object.entries(WRITES[part]).flatMap(([name, calls]) =>
    Array.from({ length: calls }, (_, nth) => ['before', 'after'].map((when) => `${when} ${name} #${nth + 1}`)).flat(),
  );

/** Functions that were entered and are in no list above, and writes above that were not entered as often as is said. */
export function surprises(part: Part, entered: readonly string[]): { unknown: string[]; missing: string[] } {
  const unknown = entered.filter((name) => TOUCHES.test(name) && !(name in WRITES[part]) && !NO_WRITES.test(name));
  const missing = Object.entries(WRITES[part]).filter(([name, calls]) => entered.filter((one) => one === name).length < calls);
  return { unknown: [...new Set(unknown)], missing: missing.map(([name]) => name) };
}

'use strict';
const { describe, expect, it } = require('@jest/globals');
const { check } = require('../invariants');
const { seeded } = require('../random');
const { orderKinds } = require('../order-kinds');
const { strikes, STRIKES, tooFew } = require('../schedule');

const take = (count, sequence) => Array.from({ length: count }, () => sequence.next().value);

/** A run in which all is well: one order that succeeded and one that was paid back, each of a customer of its own. */
const well = () => ({
  intent: [{ key: 'k1' }, { key: 'k2' }],
  accepted: [
    { key: 'k1', orderId: 'o1', processId: 'p1', user: 'u1' },
    { key: 'k2', orderId: 'o2', processId: 'p2', user: 'u2' },
  ],
  ...{ refused: [], unknown: [], unreadable: [], unanswered: [{ since: 1 }], kills: { gateway: [5] } },
  ...{ replays: [{ key: 'k1', same: true }], leaks: [], unexpectedEnds: [] },
  callback: [
    { id: 'c1', processId: 'p1', status: 1, valid: true },
    { id: 'c2', processId: 'p2', status: 2, valid: true },
  ],
  orders: new Map([
    ['o1', { order_id: 'o1', user_id: 'u1', process_id: 'p1', total_amount: '125', status: 1, percentage: 100 }],
    ['o2', { order_id: 'o2', user_id: 'u2', process_id: 'p2', total_amount: '125', status: 2, percentage: 10 }],
  ]),
  events: [
    { process_id: 'p1', kind: 'accepted', step: 'accepted', percentage: 0 },
    { process_id: 'p1', kind: 'done', step: 'charge', percentage: 10 },
    { process_id: 'p1', kind: 'completed', step: 'finished', percentage: 100 },
    { process_id: 'p2', kind: 'done', step: 'charge', percentage: 10 },
    { process_id: 'p2', kind: 'undone', step: 'charge', percentage: 10 },
    { process_id: 'p2', kind: 'failed', step: 'failed', percentage: 10 },
  ],
  charges: [
    { orderRef: 'o1', status: 'succeeded', amount: 125, refunded: 0 },
    { orderRef: 'o2', status: 'succeeded', amount: 125, refunded: 125 },
  ],
  payments: [
    { order_id: 'o1', user_id: 'u1', amount: '125', refunded_amount: '0', captured_at: new Date() },
    { order_id: 'o2', user_id: 'u2', amount: '125', refunded_amount: '125', captured_at: new Date() },
  ],
  belongings: [
    { user: 'u1', orders: ['o1'], results: ['results/p1.json'] },
    { user: 'u2', orders: ['o2'], results: [] },
  ],
  left: { processes: 0, outbox: 0 },
});

const brokenBy = (harm) => {
  const facts = well();
  harm(facts);
  return check(facts)
    .filter(({ broken }) => broken.length > 0)
    .map(({ name }) => name.split(' ')[0]);
};
const charge = (orderRef, refunded = 0) => ({ orderRef, status: 'succeeded', amount: 125, refunded });

describe('the invariants of a run', () => {
  it('all hold when all is well', () => expect(brokenBy(() => undefined)).toEqual([]));

  it.each([
    [
      'I1',
      'an accepted order is gone',
      ({ accepted }) => accepted.push({ key: 'k2', orderId: 'o2', processId: 'p9', user: 'u2' }),
    ],
    ['I1', 'an order has not ended', ({ orders }) => Object.assign(orders.get('o2'), { status: 0 })],
    ['I2', 'an order that nobody was told of', ({ accepted }) => accepted.pop()],
    ['I2', 'an order of which nobody knows whether it was taken', ({ unknown }) => unknown.push({ key: 'k3' })],
    ['I2', 'another answer the second time', ({ replays }) => replays.push({ key: 'k2', same: false })],
    ['I3', 'two charges', ({ charges }) => charges.push(charge('o1'))],
    ['I3', 'a charge that is not in our books', ({ payments }) => (payments[0].captured_at = null)],
    ['I3', 'a refund that is not in our books', ({ payments }) => (payments[1].refunded_amount = '0')],
    ['I4', 'a success that was not paid', ({ charges }) => (charges[0].refunded = 125)],
    ['I4', 'a failure that was not paid back', ({ charges }) => (charges[1].refunded = 0)],
    ['I4', 'a success without its result', ({ belongings }) => belongings[0].results.pop()],
    ['I5', 'a change after the end', ({ events }) => events.push({ process_id: 'p2', kind: 'retry', step: 'x', percentage: 10 })],
    ['I5', 'two ends', ({ events }) => events.push({ process_id: 'p1', kind: 'failed', step: 'x', percentage: 100 })],
    ['I6', 'a percentage that falls', ({ events }) => (events[1].percentage = 101)],
    ['I6', 'a failure of a hundred per cent', ({ orders }) => Object.assign(orders.get('o2'), { percentage: 100 })],
    ['I7', 'an end that was not told', ({ callback }) => callback.pop()],
    ['I7', 'another end told', ({ callback }) => (callback[0].status = 2)],
    ['I7', 'a forged callback', ({ callback }) => callback.push({ valid: false })],
    ['I7', 'one end under two ids', ({ callback }) => callback.push({ ...callback[0], id: 'c3' })],
    ['I8', 'an event that was never published', ({ left }) => (left.outbox = 1)],
    ['I8', 'a step that was done twice', ({ events }) => events.splice(1, 0, events[1])],
    ['I9', 'a request without an answer', ({ unanswered }) => unanswered.push({ since: 6_000 })],
    ['I9', 'a page of HTML', ({ unreadable }) => unreadable.push({ status: 502, text: '<html>' })],
    ['I10', "another's order in a list", ({ belongings }) => (belongings[1].orders = ['o1'])],
    ['I10', 'an order that is missing in a list', ({ belongings }) => belongings[1].orders.pop()],
    ['I10', "a payment in another's name", ({ payments }) => (payments[1].user_id = 'u1')],
    ['I11', 'a password in a log', ({ leaks }) => leaks.push("customer-0's password in user")],
    [
      'I12',
      'a service that ended by itself',
      ({ unexpectedEnds }) => unexpectedEnds.push('order was started 2 times for 1 kills'),
    ],
  ])('%s is broken by %s', (name, _what, harm) => expect(brokenBy(harm)).toContain(name));
});

describe('the schedule of a run', () => {
  it('is the same again for the same seed, and another for another', () => {
    expect(take(100, strikes(7))).toEqual(take(100, strikes(7)));
    expect(take(100, strikes(7))).not.toEqual(take(100, strikes(8)));
    expect(take(200, orderKinds(seeded(7)))).toEqual(take(200, orderKinds(seeded(7))));
  });

  it('meets every part within a round, and says which it did not', () => {
    const counts = {
      'answer lost': 99,
      'request doubled': 99,
      'callback refused': 99,
      'callback dropped': 99,
      duplicate: 99,
      reorder: 99,
    };
    Object.assign(counts, { delay: 999, receiveLost: 9, deleteLost: 9, sendAckLost: 9, publishPartial: 9 });
    for (const { kind, part } of take(STRIKES, strikes(3))) counts[`${kind} ${part}`] = 1;
    expect(tooFew(counts, 1_000)).toEqual([]);
    expect(tooFew({ ...counts, 'kill database': 0, duplicate: 2 }, 1_000)).toEqual([
      'kill database',
      'duplicate (2 of at least 5)',
    ]);
  });
});

'use strict';

const ENDS = ['completed', 'failed', 'cancelled'];
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const groupBy = (rows, keyOf) => {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
};

/** Each invariant: what it promises, and the cases that break it. `facts` joins the ledgers of client, database, gateway and receiver. */
const INVARIANTS = {
  'I1 every accepted order is there and has ended': ({ accepted, orders }) =>
    accepted.filter(
      ({ orderId, processId }) => ![1, 2].includes(orders.get(orderId)?.status) || orders.get(orderId).process_id !== processId,
    ),

  'I2 one order a key, also where the answer was lost': ({ accepted, orders, intents, unknown, replays }) => {
    const told = new Set(accepted.map(({ orderId }) => orderId));
    const untold = [...orders.keys()].filter((orderId) => !told.has(orderId));
    const unlike = replays.filter(({ same }) => !same);
    const twice = [...groupBy(accepted, ({ key }) => key).values()].filter(
      (lines) => new Set(lines.map((l) => l.orderId)).size > 1,
    );
    return [...untold, ...unlike, ...twice, ...unknown, ...(orders.size > intents.length ? ['more orders than keys'] : [])];
  },

  'I3 no order is charged twice, and our books equal those of the gateway': ({ charges, payments, orders }) => {
    const captured = charges.filter(({ status }) => status === 'succeeded');
    const net = groupBy(captured, ({ orderRef }) => orderRef);
    const twice = [...net].filter(([, ofOrder]) => ofOrder.filter(({ amount, refunded }) => refunded < amount).length > 1);
    const ours = sum(payments.filter(({ captured_at: at }) => at !== null).map(({ amount }) => Number(amount)));
    const theirs = sum(captured.map(({ amount }) => amount));
    const back = [sum(payments.map((p) => Number(p.refunded_amount))), sum(captured.map(({ refunded }) => refunded))];
    const strangers = captured.filter(({ orderRef }) => !orders.has(orderRef));
    return [
      ...twice,
      ...strangers,
      ...(ours === theirs ? [] : [{ ours, theirs }]),
      ...(back[0] === back[1] ? [] : [{ refunds: back }]),
    ];
  },

  'I4 success is paid once, failure is paid back': ({ charges, orders }) => {
    const paid = groupBy(
      charges.filter(({ status }) => status === 'succeeded'),
      ({ orderRef }) => orderRef,
    );
    return [...orders.values()].filter(({ order_id: id, status, total_amount: total }) => {
      const kept = sum((paid.get(id) ?? []).map(({ amount, refunded }) => amount - refunded));
      return kept !== (status === 1 ? Number(total) : 0);
    });
  },

  'I5 what has ended stays as it is': ({ events }) =>
    [...groupBy(events, (event) => event.process_id)].filter(([, history]) => {
      const ends = history.filter(({ kind }) => ENDS.includes(kind));
      return ends.length > 1 || (ends.length === 1 && history.at(-1) !== ends[0]);
    }),

  'I6 the percentage never falls, and is 100 on success alone': ({ events, orders }) => [
    ...[...groupBy(events, (event) => event.process_id)].filter(([, history]) =>
      history.some(({ percentage }, at) => at > 0 && percentage < history[at - 1].percentage),
    ),
    ...[...orders.values()].filter(({ status, percentage }) => (percentage === 100) !== (status === 1)),
  ],

  'I7 every end was told, signed, under one id': ({ orders, callbacks }) => {
    const told = groupBy(callbacks, ({ processId }) => processId);
    const untold = [...orders.values()].filter((order) => {
      const calls = told.get(order.process_id) ?? [];
      return !calls.some(({ status }) => status === order.status) || new Set(calls.map(({ id }) => id)).size > 1;
    });
    return [...untold, ...callbacks.filter(({ valid }) => !valid)];
  },

  'I8 nothing is left in outbox or callbacks': ({ left }) => Object.entries(left).filter(([, count]) => count > 0),
  'I9 every refusal is a problem that a client can read': ({ unreadable }) => unreadable,
  "I10 every row is its own user's": ({ accepted, orders, payments }) => [
    ...accepted.filter(({ orderId, user }) => orders.get(orderId)?.user_id !== user),
    ...payments.filter(({ order_id: id, user_id: user }) => orders.get(id)?.user_id !== user),
  ],
  'I11 no secret is in a log': ({ leaks }) => leaks,
  'I12 nothing ended but what was killed': ({ unexpectedEnds }) => unexpectedEnds,
};

/** [{ name, broken }] for each invariant. */
const check = (facts) => Object.entries(INVARIANTS).map(([name, breaks]) => ({ name, broken: breaks(facts) }));

module.exports = { check };

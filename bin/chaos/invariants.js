'use strict';

/** A connection has been handed to a process by then, and by then the primary knows that a killed one is gone, on a busy machine. */
const HANDED_MS = 10_000;
const KNOWN_MS = 1_000;
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

  'I2 one order a key, also where the answer was lost': ({ accepted, orders, intent, unknown, replays }) => {
    const told = new Set(accepted.map(({ orderId }) => orderId));
    const untold = [...orders.keys()].filter((orderId) => !told.has(orderId));
    const unlike = replays.filter(({ same }) => !same);
    const twice = [...groupBy(accepted, ({ key }) => key).values()].filter(
      (lines) => new Set(lines.map((l) => l.orderId)).size > 1,
    );
    return [...untold, ...unlike, ...twice, ...unknown, ...(orders.size > intent.length ? ['more orders than keys'] : [])];
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

  'I4 success is paid once and has its result, failure is paid back': ({ charges, orders, belongings }) => {
    const paid = groupBy(
      charges.filter(({ status }) => status === 'succeeded'),
      ({ orderRef }) => orderRef,
    );
    const results = new Set(belongings.flatMap(({ results: keys }) => keys));
    return [...orders.values()].filter(({ order_id: id, process_id: processId, status, total_amount: total }) => {
      const kept = sum((paid.get(id) ?? []).map(({ amount, refunded }) => amount - refunded));
      return status === 1 ? kept !== Number(total) || !results.has(`results/${processId}.json`) : kept !== 0;
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

  'I7 every end was told, signed, under one id': ({ orders, callback }) => {
    const told = groupBy(callback, ({ processId }) => processId);
    const untold = [...orders.values()].filter((order) => {
      const calls = told.get(order.process_id) ?? [];
      return !calls.some(({ status }) => status === order.status) || new Set(calls.map(({ id }) => id)).size > 1;
    });
    return [...untold, ...callback.filter(({ valid }) => !valid)];
  },

  'I8 nothing is left to be sent, and no event was worked on twice': ({ left, events }) => [
    ...Object.entries(left).filter(([, count]) => count > 0),
    ...[...groupBy(events, (event) => `${event.process_id} ${event.kind} ${event.step}`)].filter(
      ([, history]) => ['done', 'undone'].includes(history[0].kind) && history.length > 1,
    ),
  ],

  // A connection that is handed to a process which is killed just then, or was a moment ago, is lost without a word: only the
  // client's patience ends it.
  'I9 every request was answered, every refusal is a problem that a client can read': ({ unreadable, unanswered, kills }) => [
    ...unreadable,
    ...unanswered.filter(
      ({ since }) => !kills.gateway?.some((killed) => killed > since - KNOWN_MS && killed < since + HANDED_MS),
    ),
  ],

  "I10 every row is its own user's, who sees all of his and nothing else": ({ accepted, orders, payments, belongings }) => [
    ...accepted.filter(({ orderId, user }) => orders.get(orderId)?.user_id !== user),
    ...payments.filter(({ order_id: id, user_id: user }) => orders.get(id)?.user_id !== user),
    ...belongings.filter(({ user, orders: shown }) => {
      const his = [...orders.values()].filter((order) => order.user_id === user);
      return shown.length !== his.length || shown.some((orderId) => orders.get(orderId)?.user_id !== user);
    }),
  ],

  'I11 no secret is in a log': ({ leaks }) => leaks,
  'I12 nothing ended but what was killed': ({ unexpectedEnds }) => unexpectedEnds,
};

/** [{ name, broken }] for each invariant. */
const check = (facts) => Object.entries(INVARIANTS).map(([name, breaks]) => ({ name, broken: breaks(facts) }));

module.exports = { check };

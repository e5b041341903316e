'use strict';
const { dealt } = require('./random');

/** Orders as different people place them: of a hundred, so many of each kind. */
const ORDERS = {
  ok: { of100: 70, source: 'tok_ok', dataset: 'small.csv' },
  declined: { of100: 5, source: 'tok_declined', dataset: 'small.csv' },
  'answer of the gateway lost': { of100: 4, source: 'tok_timeout', dataset: 'small.csv' },
  'error after the charge': { of100: 3, source: 'tok_error_after_charge', dataset: 'small.csv' },
  'webhook first': { of100: 3, source: 'tok_webhook_first', dataset: 'small.csv' },
  'webhook doubled': { of100: 3, source: 'tok_webhook_doubled', dataset: 'small.csv' },
  'webhooks in disorder': { of100: 2, source: 'tok_webhook_disordered', dataset: 'small.csv' },
  'dataset missing': { of100: 6, source: 'tok_ok', dataset: 'missing.csv' },
  cancelled: { of100: 4, source: 'tok_ok', dataset: 'small.csv', cancels: true },
};

/** The kinds of orders in the order in which they are placed, without end. */
const orderKinds = (random) =>
  dealt(random, Object.fromEntries(Object.entries(ORDERS).map(([kind, { of100 }]) => [kind, of100])));

module.exports = { ORDERS, orderKinds };

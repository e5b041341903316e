'use strict';
const { randomBytes, randomUUID } = require('node:crypto');

const ANSWER_MS = 15_000;
const PATIENCE_MS = 120_000;
const DATASET = 'small.csv';
const ROWS = 'name,amount\nann,1\nbob,2\ncid,3\n';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Orders as different people place them: weights of what becomes of them. */
const ORDERS = {
  ok: { weight: 70, source: 'tok_ok' },
  declined: { weight: 5, source: 'tok_declined' },
  'answer of the gateway lost': { weight: 4, source: 'tok_timeout' },
  'error after the charge': { weight: 3, source: 'tok_error_after_charge' },
  'webhook first': { weight: 3, source: 'tok_webhook_first' },
  'webhook doubled': { weight: 3, source: 'tok_webhook_doubled' },
  'webhooks in disorder': { weight: 2, source: 'tok_webhook_disordered' },
  'dataset missing': { weight: 6, source: 'tok_ok', dataset: 'missing.csv' },
  cancelled: { weight: 4, source: 'tok_ok', cancels: true },
};
const weights = Object.fromEntries(Object.entries(ORDERS).map(([name, { weight }]) => [name, weight]));

/** A user who never gives up: what was not answered is sent again under the same key until it is. */
class Customer {
  constructor(url, { name, ledger, random, callbacks }) {
    Object.assign(this, { url, name, ledger, random, callbacks });
    this.login = {
      email: `${name}.${randomBytes(6).toString('hex')}@polycloud.example`,
      password: randomBytes(15).toString('base64url'),
    };
  }

  /** Registers with a cloud and one dataset; faults must not strike yet. */
  async moveIn(connection) {
    await this.must('POST', '/user', { name: this.name, ...this.login });
    await this.logIn();
    await this.must('PUT', '/user/cloud', { provider: 'AWS', ...connection });
    await this.logIn();
    const me = await this.must('GET', '/user/details');
    [this.id, this.secret] = [me.id, me.settings.webhookSecret];
    const { url, method, headers } = await this.must('POST', '/data/upload-url', { key: DATASET, contentType: 'text/csv' });
    const stored = await fetch(url, { method, headers, body: ROWS });
    if (!stored.ok) throw new Error(`the dataset is not taken: ${stored.status}`);
  }

  async logIn() {
    this.token = (await this.must('POST', '/authentication', this.login)).accessToken;
  }

  /** Places one order and follows it until its acceptance or refusal is known; both are in the ledger. */
  async order() {
    const kind = this.random.weighted(weights);
    const { source, dataset = DATASET, cancels } = ORDERS[kind];
    const twice = this.random.next() < 0.05;
    const key = randomUUID();
    const items = [{ sku: 'DATA-PROFILE', input: { dataset } }];
    const body = { items, payment: { gateway: 'sandbox', source }, callbackUrl: `${this.callbacks}/${this.name}/${key}` };
    this.ledger.write({ kind: 'intent', key, user: this.id, order: kind, body });
    if (twice) this.send('POST', '/user/order', body, key).catch(() => undefined);
    const accepted = await this.settle(key, body);
    if (cancels && accepted) await this.cancel(accepted.orderId).catch(() => undefined);
  }

  /** Sends the order again and again under its key, until patience ends; gives what was accepted. */
  async settle(key, body, patienceMs = PATIENCE_MS) {
    const until = Date.now() + patienceMs;
    for (let tries = 1; Date.now() < until; tries++) {
      const answer = await this.send('POST', '/user/order', body, key).catch(() => undefined);
      const outcome = this.outcomeOf(answer);
      if (outcome !== 'unknown') {
        const { orderId, processId } = answer.json?.data ?? {};
        const told = { orderId, processId, code: answer.json?.code, text: answer.text };
        this.ledger.write({ kind: outcome, key, tries, user: this.id, ...told });
        return outcome === 'accepted' ? { orderId } : undefined;
      }
      if (answer?.status === 401) await this.logIn().catch(() => undefined);
      await pause(Math.min(2_000, 200 * 2 ** tries) * (0.5 + Math.random()));
    }
    this.ledger.write({ kind: 'unknown', key, user: this.id, body });
    return undefined;
  }

  outcomeOf(answer) {
    if (answer?.status === 202) return 'accepted';
    const again = !answer || answer.status >= 500 || [401, 409, 429].includes(answer.status);
    return again ? 'unknown' : 'refused';
  }

  async cancel(orderId) {
    const answer = await this.send('POST', `/order/${orderId}/cancel`);
    if (answer.status === 202) this.ledger.write({ kind: 'cancel', orderId });
  }

  /** One request; every failure that is answered is looked at, since clients must be able to read it. */
  async send(method, path, body, key) {
    const response = await fetch(this.url + path, {
      method,
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(key && { 'idempotency-key': key }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const json = parsed(text);
    if (!response.ok && !(json?.code && json.requestId && json.detail))
      this.ledger.write({ kind: 'unreadable', path, status: response.status, text: text.slice(0, 300) });
    return { status: response.status, text, json, headers: response.headers };
  }

  async must(method, path, body) {
    const { status, json, text } = await this.send(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} answers ${status}: ${text.slice(0, 300)}`);
    return json.data;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

module.exports = { Customer, pause };

'use strict';
const { randomBytes, randomUUID } = require('node:crypto');
const { ORDERS } = require('./order-kinds');

/** A request that has no answer by then hangs: services give up long before. */
const ANSWER_MS = 30_000;
const PATIENCE_MS = 120_000;
const ROWS = 'name,amount\nann,1\nbob,2\ncid,3\n';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A user who never gives up: what was not answered is sent again under the same key until it is. */
class Customer {
  constructor(url, { name, ledger, callbacks }) {
    Object.assign(this, { url, name, ledger, callbacks });
    this.login = {
      email: `${name}.${randomBytes(6).toString('hex')}@polycloud.example`,
      password: randomBytes(15).toString('base64url'),
    };
  }

  /** Registers with a cloud and one dataset; faults must not strike yet. */
  async moveIn(connection) {
    await this.must('POST', '/user', { name: this.name, ...this.login });
    await this.logIn();
    await this.must('PUT', '/user/cloud', { provider: 'AWS', connection });
    await this.logIn();
    const { data: me } = await this.must('GET', '/user/details');
    [this.id, this.secret] = [me.id, me.settings.webhookSecret];
    const upload = await this.must('POST', '/data/upload-url', { key: ORDERS.ok.dataset, contentType: 'text/csv' });
    const { url, method, headers } = upload.data;
    const stored = await fetch(url, { method, headers, body: ROWS });
    if (!stored.ok) throw new Error(`the dataset is not taken: ${stored.status}`);
  }

  async logIn() {
    this.token = (await this.must('POST', '/authentication', this.login)).data.accessToken;
  }

  /** Places one order, perhaps by two requests at once, and follows it until its acceptance or refusal is known; both are in the ledger. */
  async order(kind, twice) {
    const { source, dataset, cancels } = ORDERS[kind];
    const key = randomUUID();
    const items = [{ sku: 'DATA-PROFILE', input: { dataset } }];
    const body = { items, payment: { gateway: 'sandbox', source }, callbackUrl: `${this.callbacks}/${this.name}/${key}` };
    await this.ledger.write({ kind: 'intent', key, user: this.id, order: kind, body });
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
        await this.ledger.write({ kind: outcome, key, tries, user: this.id, ...told });
        return outcome === 'accepted' ? { orderId } : undefined;
      }
      if (answer?.status === 401) await this.logIn().catch(() => undefined);
      await pause(Math.min(2_000, 200 * 2 ** tries) * (0.5 + Math.random()));
    }
    await this.ledger.write({ kind: 'unknown', key, user: this.id });
    return undefined;
  }

  outcomeOf(answer) {
    if (answer?.status === 202) return 'accepted';
    const again = !answer || answer.status >= 500 || [401, 409, 429].includes(answer.status);
    return again ? 'unknown' : 'refused';
  }

  async cancel(orderId) {
    const answer = await this.send('POST', `/order/${orderId}/cancel`);
    if (answer.status === 202) await this.ledger.write({ kind: 'cancel', orderId });
  }

  /** Everything that he is shown: the ids of his orders, and the keys of the results in his cloud. */
  async belongings() {
    const orders = await this.all('/orders?');
    const results = await this.all('/data?prefix=results/&');
    return { user: this.id, orders: orders.map(({ orderId }) => orderId), results: results.map(({ key }) => key) };
  }

  async all(list) {
    const found = [];
    for (let cursor = ''; cursor !== null;) {
      const { data, page } = await this.must('GET', `${list}limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      found.push(...data);
      cursor = page.nextCursor;
    }
    return found;
  }

  /** One request. Every failure that is answered is looked at, since clients must be able to read it, and that none is left without an answer. */
  async send(method, path, body, key) {
    const options = { method, headers: this.headers(body, key), signal: AbortSignal.timeout(ANSWER_MS) };
    const since = Date.now();
    try {
      const response = await fetch(this.url + path, { ...options, body: body === undefined ? undefined : JSON.stringify(body) });
      const text = await response.text();
      const json = parsed(text);
      if (!response.ok && !(json?.code && json.requestId && json.detail))
        await this.ledger.write({ kind: 'unreadable', path, status: response.status, text: text.slice(0, 300) });
      return { status: response.status, text, json, headers: response.headers };
    } catch (error) {
      if (error.name === 'TimeoutError') await this.ledger.write({ kind: 'unanswered', path, since });
      throw error;
    }
  }

  headers(body, key) {
    return {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(this.token && { authorization: `Bearer ${this.token}` }),
      ...(key && { 'idempotency-key': key }),
    };
  }

  /** The answer's body; throws when it is a refusal. */
  async must(method, path, body) {
    const { status, json, text } = await this.send(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} answers ${status}: ${text.slice(0, 300)}`);
    return json;
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

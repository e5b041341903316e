'use strict';
const { pause } = require('./customer');

/** How often each part is struck, relative to the others. */
const KILLS = {
  ...{ order: 4, 'order-worker': 5, 'second worker': 5, 'third worker': 5, billing: 4 },
  ...{ gateway: 2, user: 2, 'tenant-data': 1, aws: 2, 'payment-sandbox': 2, database: 2 },
};
const PAUSES = {
  'order-worker': 4,
  'second worker': 4,
  order: 2,
  billing: 2,
  gateway: 1,
  user: 1,
  database: 1,
  aws: 1,
  'payment-sandbox': 1,
};
/** Pauses in seconds. A paused worker outlives its lease and comes back as a zombie. */
const ZOMBIE = [8, 14];
const SHORT = [0.5, 3];

/** What the emulators do to messages and answers all the while. */
const MESSAGES = {
  duplicate: 0.05,
  reorder: 0.2,
  receiveLost: 0.01,
  deleteLost: 0.02,
  sendAckLost: 0.01,
  publishPartial: 0.02,
  delayMs: 3_000,
};
const ANSWERS = { answerLost: 0.02, errorAfter: 0.02 };
const PROXIES = { lose: 0.05, twice: 0.03 };

/** Of one kill or pause each, so many there must have been for each hundred orders, or the run proves nothing. */
const LEAST = { kill: 3, pause: 0.5, wipe: 0.1, 'answer lost': 3, 'request doubled': 1, duplicate: 1 };

/** Strikes by a schedule that a seed repeats, and counts what it did. */
class Faults {
  counts = {};
  kills = {};
  recoveries = [];
  paused = new Set();

  constructor(stack, { random, seed, proxies, receiver }) {
    Object.assign(this, { stack, random, seed, proxies, receiver });
  }

  /** Strikes every `everyMs` on average until `over.aborted`. */
  async run(everyMs, over) {
    await this.setLines(true);
    for (let struck = 1; !over.aborted; struck++) {
      await pause(everyMs * this.random.between(0.5, 1.5));
      if (over.aborted) return;
      if (struck % 25 === 0) await this.wipe();
      else if (this.random.next() < 0.2) this.freeze(this.random.weighted(PAUSES));
      else this.kill(this.random.weighted(KILLS));
    }
  }

  kill(name) {
    if (this.paused.has(name)) return;
    const pid = this.stack.signal(name, 'SIGKILL');
    if (!pid) return;
    this.count('kill');
    this.kills[name] = (this.kills[name] ?? 0) + 1;
    void this.recover(name, pid);
  }

  async recover(name, pid) {
    const killedAt = Date.now();
    while (!(await this.stack.lives(name, pid))) await pause(50);
    this.recoveries.push({ name, ms: Date.now() - killedAt });
    if (name === 'aws' || name === 'payment-sandbox') await this.setLines(this.isOn);
  }

  freeze(name) {
    if (this.paused.has(name)) return;
    const pid = this.stack.signal(name, 'SIGSTOP');
    if (!pid) return;
    this.count('pause');
    this.paused.add(name);
    const [low, high] = name.includes('worker') ? ZOMBIE : SHORT;
    const seconds = this.random.between(low, high);
    void pause(seconds * 1000).then(() => {
      this.paused.delete(name);
      // The very process that was stopped: pm2 may have put another in its place.
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // It was killed meanwhile.
      }
    });
  }

  async wipe() {
    const wiped = await fetch(`${this.stack.urlOf('aws')}/_emulator/wipe`, { method: 'POST' }).catch(() => undefined);
    if (wiped?.ok) this.count('wipe');
  }

  /** Faults of the lines: messages, answers of the gateway, answers between services and to clients, callbacks. */
  async setLines(isOn) {
    this.isOn = isOn;
    await this.collect();
    const seed = isOn ? { seed: this.seed } : {};
    await this.put('aws', isOn ? { ...MESSAGES, ...seed } : {});
    await this.put('payment-sandbox', isOn ? { ...ANSWERS, ...seed } : {});
    for (const proxy of this.proxies) proxy.faults = isOn ? PROXIES : { lose: 0, twice: 0 };
    this.receiver.refuses = isOn ? 0.08 : 0;
  }

  async put(name, faults) {
    const body = JSON.stringify(faults);
    const options = { method: 'PUT', body, headers: { 'content-type': 'application/json' } };
    await fetch(`${this.stack.urlOf(name)}/_emulator/faults`, options).catch(() => undefined);
  }

  /** The queue's own counts, before they begin anew. */
  async collect() {
    const answer = await fetch(`${this.stack.urlOf('aws')}/_emulator/faults`).catch(() => undefined);
    const { injected = {} } = answer?.ok ? await answer.json() : {};
    for (const [name, count] of Object.entries(injected)) this.count(name === 'delayMs' ? 'delay' : name, count);
  }

  /** Ends all faults and wakes what sleeps. */
  async end() {
    await this.setLines(false);
    while (this.paused.size > 0) await pause(200);
    for (const source of [...this.proxies, this.receiver])
      for (const [name, count] of Object.entries(source.injected)) this.count(name, count);
  }

  count(kind, more = 1) {
    this.counts[kind] = (this.counts[kind] ?? 0) + more;
  }

  /** The kinds of which there were too few for so many orders. */
  tooFew(orders) {
    return Object.entries(LEAST).filter(
      ([kind, share]) => (this.counts[kind] ?? 0) < Math.max(1, Math.floor((share * orders) / 100)),
    );
  }
}

module.exports = { Faults };

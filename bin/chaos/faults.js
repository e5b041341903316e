'use strict';
const { pause } = require('./customer');
const { strikes, STRIKES } = require('./schedule');

/** What the emulators do to messages and answers all the while. */
const MESSAGES = {
  ...{ duplicate: 0.05, reorder: 0.2, delayMs: 3_000 },
  ...{ receiveLost: 0.03, deleteLost: 0.03, sendAckLost: 0.03, publishPartial: 0.03 },
};
const ANSWERS = { answerLost: 0.02, errorAfter: 0.02 };
const PROXIES = { lose: 0.05, twice: 0.03 };
const CALLBACKS = 0.08;
/** A part that is being started again is waited for so long to be struck, and so long to serve. */
const ABSENT_MS = 10_000;
const RECOVERY_MS = 120_000;
/** So many parts may be coming back at once: where starting takes long, strikes come more rarely, or nothing would ever be up. */
const MOST_DOWN = 2;

/** Strikes by the schedule of a seed, and counts what it did: whole strikes and faults of the lines alike. */
class Faults {
  counts = {};
  /** When each part was killed. */
  kills = {};
  recoveries = [];
  paused = new Set();
  recovering = 0;

  constructor(stack, { seed, proxies, receiver }) {
    Object.assign(this, { stack, seed, proxies, receiver });
  }

  /** Strikes until `over.aborted`, a whole round at least. */
  async run(over) {
    await this.setLines(true);
    let struck = 0;
    for (const strike of strikes(this.seed)) {
      await pause(strike.afterMs);
      while (this.recovering >= MOST_DOWN) await pause(100);
      if (over.aborted && struck >= STRIKES) return;
      if (await this[strike.kind](strike)) this.count(`${strike.kind} ${strike.part}`);
      struck++;
    }
  }

  async kill({ part }) {
    const pid = await this.signal(part, 'SIGKILL');
    if (!pid) return false;
    (this.kills[part] ??= []).push(Date.now());
    void this.recover(part, pid);
    return true;
  }

  async pause({ part, forMs }) {
    if (this.paused.has(part)) return false;
    const pid = await this.signal(part, 'SIGSTOP');
    if (!pid) return false;
    this.paused.add(part);
    void pause(forMs).then(() => {
      this.paused.delete(part);
      // The very process that was stopped: another may be in its place.
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // It was killed meanwhile.
      }
    });
    return true;
  }

  wipe({ part }) {
    return present(async () => {
      const wiped = await fetch(`${this.stack.urlOf(part)}/_emulator/wipe`, { method: 'POST' }).catch(() => undefined);
      return wiped?.ok;
    });
  }

  signal(part, signal) {
    return present(() => this.stack.signal(part, signal));
  }

  async recover(part, pid) {
    const killedAt = Date.now();
    this.recovering++;
    const elapsed = () => Date.now() - killedAt;
    while (elapsed() < RECOVERY_MS && !(await this.stack.lives(part, pid))) await pause(100);
    this.recovering--;
    this.recoveries.push(elapsed());
    if (part === 'aws' || part === 'payment-sandbox') await this.setLines(this.isOn);
  }

  /** Faults of the lines: messages, answers of the gateway, answers between services and to clients, callbacks. */
  async setLines(isOn) {
    this.isOn = isOn;
    await this.collect();
    await this.put('aws', isOn ? { ...MESSAGES, seed: this.seed } : {});
    await this.put('payment-sandbox', isOn ? { ...ANSWERS, seed: this.seed } : {});
    for (const proxy of this.proxies) proxy.faults = isOn ? PROXIES : { lose: 0, twice: 0 };
    this.receiver.refuses = isOn ? CALLBACKS : 0;
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
    while (this.paused.size > 0 || this.recovering > 0) await pause(200);
    for (const source of [...this.proxies, this.receiver])
      for (const [name, count] of Object.entries(source.injected)) this.count(name, count);
  }

  count(kind, more = 1) {
    this.counts[kind] = (this.counts[kind] ?? 0) + more;
  }
}

/** What `reach` gives once its part is there; undefined when it does not come back in time. */
async function present(reach) {
  for (const until = Date.now() + ABSENT_MS; Date.now() < until; await pause(100)) {
    const reached = await reach();
    if (reached) return reached;
  }
  return undefined;
}

module.exports = { Faults };

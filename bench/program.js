'use strict';
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');

const READY_MS = 30_000;
const CLOCK_TICKS = 100;
const PAGE_BYTES = 4096;
const ALL_CORES = `0-${os.cpus().length - 1}`;
/** The core of the load, where what is measured has another. */
const LOAD_CORE = 1;

/** Whether programs can be held to a core, so that server and load do not share one. */
const canPin = os.cpus().length > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** A program under measurement: a process of its own, on a core of its own when one is given. */
class Program {
  /** @param about { name, script, env, logFile, core } */
  constructor({ name, script, env, logFile, core }) {
    this.name = name;
    const log = fs.openSync(logFile, 'a');
    // Said also where any core will do, since a program would inherit the core of this process.
    const pinned = canPin ? ['taskset', '-c', String(core ?? ALL_CORES)] : [];
    const [command, ...args] = [...pinned, process.execPath, ...profiling(), script];
    this.startedAt = performance.now();
    this.child = spawn(command, args, { env: { ...inherited(), ...env }, stdio: ['ignore', log, log, 'ipc'] });
    fs.closeSync(log);
    this.ready = this.untilReady(logFile);
  }

  /** Resolves to the milliseconds from its start until it said that it serves. */
  async untilReady(logFile) {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), READY_MS);
    const [message] = await Promise.race([once(this.child, 'message'), once(this.child, 'exit')]);
    clearTimeout(timer);
    if (message !== 'ready') throw new Error(`${this.name} does not start: ${fs.readFileSync(logFile, 'utf8').slice(-600)}`);
    return performance.now() - this.startedAt;
  }

  /** Memory and processor time of the process until now: { rssMb, cpuSeconds }. */
  usage() {
    return usageOf(this.child.pid);
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** The same of any process of this machine. */
function usageOf(pid) {
  const fields = fs
    .readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const residentPages = Number(fs.readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return {
    rssMb: (residentPages * PAGE_BYTES) / 1_048_576,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS,
  };
}

/** With BENCH_PROFILES=folder every program leaves a CPU profile there when it ends. */
const profiling = () => (process.env.BENCH_PROFILES ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILES}`] : []);

/** Settings of the person who runs this must not decide what is measured. */
const inherited = () => ({ PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR ?? os.tmpdir() });

/** Holds this very process, which makes the load, to a core, or to none. */
function pinSelf(core) {
  if (canPin) spawnSync('taskset', ['-pc', String(core), String(process.pid)]);
}

module.exports = { Program, usageOf, pinSelf, LOAD_CORE, ALL_CORES };

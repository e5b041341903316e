'use strict';
const fs = require('node:fs/promises');
const path = require('node:path');

/** The run's own book of what it was told, kept apart from the system that it checks: each line is on disk before anything follows from it. */
class Ledger {
  lines = [];
  pending = [];
  last = Promise.resolve();

  async open(file) {
    await fs.mkdir(path.dirname(file), { recursive: true });
    this.file = await fs.open(file, 'w');
    return this;
  }

  /** Resolves when the line is on disk. Lines that come while others are being written share the next write, so that the disk holds up nobody. */
  async write(line) {
    this.pending.push({ at: Date.now(), ...line });
    this.next ??= this.last.then(() => this.flush());
    await this.next;
  }

  async flush() {
    const lines = this.pending;
    [this.pending, this.last, this.next] = [[], this.next, undefined];
    await this.file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await this.file.datasync();
    this.lines.push(...lines);
  }

  of(kind) {
    return this.lines.filter((line) => line.kind === kind);
  }

  /** The lines of this kind, which are open no longer; the file keeps them. */
  takeOut(kind) {
    const taken = this.of(kind);
    this.lines = this.lines.filter((line) => line.kind !== kind);
    return taken;
  }

  async close() {
    await this.last;
    await this.file.close();
  }
}

module.exports = { Ledger };

'use strict';
const fs = require('node:fs');
const path = require('node:path');

/** The run's own book of what it was told, kept apart from the system that it checks: each line is on disk before anything follows from it. */
class Ledger {
  constructor(file) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.file = file;
    this.descriptor = fs.openSync(file, 'w');
    this.lines = [];
  }

  write(line) {
    const dated = { at: Date.now(), ...line };
    fs.writeSync(this.descriptor, `${JSON.stringify(dated)}\n`);
    fs.fsyncSync(this.descriptor);
    this.lines.push(dated);
  }

  of(kind) {
    return this.lines.filter((line) => line.kind === kind);
  }

  close() {
    fs.closeSync(this.descriptor);
  }
}

module.exports = { Ledger };

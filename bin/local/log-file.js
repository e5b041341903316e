'use strict';
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { parseLine } = require('./log-lines');

/** One process's log: its last entries, and afterwards what is added to it. */
class LogFile {
  constructor(file) {
    this.file = file;
    this.source = path.basename(file, '.log');
    this.offset = 0;
    this.time = 0;
  }

  /** The last `count` entries that `wanted` accepts; the file is read as a stream, however long it has grown. */
  async last(count, wanted) {
    this.offset = fs.statSync(this.file).size;
    if (this.offset === 0) return [];
    const found = [];
    const input = fs.createReadStream(this.file, { end: this.offset - 1 });
    for await (const text of readline.createInterface({ input })) {
      const entry = this.entryOf(text);
      if (!wanted(entry)) continue;
      found.push(entry);
      if (found.length > count) found.shift();
    }
    return found;
  }

  /** The entries that were added since the last look; a file that was emptied begins anew. */
  added() {
    const { size } = fs.statSync(this.file, { throwIfNoEntry: false }) ?? { size: 0 };
    if (size < this.offset) this.offset = 0;
    if (size === this.offset) return [];
    const buffer = Buffer.alloc(size - this.offset);
    const file = fs.openSync(this.file);
    fs.readSync(file, buffer, 0, buffer.length, this.offset);
    fs.closeSync(file);
    const end = buffer.lastIndexOf('\n') + 1; // what is behind it is still being written
    this.offset += end;
    return buffer
      .toString('utf8', 0, end)
      .split('\n')
      .slice(0, -1)
      .map((text) => this.entryOf(text));
  }

  entryOf(text) {
    const entry = parseLine(this.source, text, this.time);
    this.time = entry.time;
    return entry;
  }
}

module.exports = { LogFile };

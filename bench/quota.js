'use strict';
const fs = require('node:fs');
const path = require('node:path');

const ROOT = '/sys/fs/cgroup';
const PERIOD_MICROS = 20_000;

/** A part of a core that a process is held to, as the limit of a container would hold it. */
class Quota {
  /** Undefined where this machine lets us make no control groups. */
  static open(name, cores) {
    const quota = cores * PERIOD_MICROS;
    const versions = [
      { dir: path.join(ROOT, 'cpu', name), limits: { 'cpu.cfs_period_us': PERIOD_MICROS, 'cpu.cfs_quota_us': quota } },
      { dir: path.join(ROOT, name), limits: { 'cpu.max': `${quota} ${PERIOD_MICROS}` } },
    ];
    for (const { dir, limits } of versions) {
      if (!fs.existsSync(path.join(path.dirname(dir), 'cgroup.procs'))) continue;
      try {
        fs.mkdirSync(dir, { recursive: true });
        for (const [file, limit] of Object.entries(limits)) fs.writeFileSync(path.join(dir, file), String(limit), { flag: 'r+' });
        return new Quota(dir);
      } catch {
        if (fs.existsSync(dir)) fs.rmdirSync(dir);
      }
    }
    return undefined;
  }

  constructor(dir) {
    this.dir = dir;
  }

  hold(pid) {
    fs.writeFileSync(path.join(this.dir, 'cgroup.procs'), String(pid), { flag: 'r+' });
  }

  /** To be called when what was held has ended. */
  close() {
    fs.rmdirSync(this.dir);
  }
}

module.exports = { Quota };

'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { afterAll, describe, expect, it } = require('@jest/globals');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-'));
process.env.POLYCLOUD_LOCAL_DIR = dir;
const { alone } = require('../lock');

afterAll(() => fs.rmSync(dir, { recursive: true }));

describe('starting a stack', () => {
  it('is done by one process at a time', async () => {
    await alone(() => expect(alone(() => undefined)).rejects.toThrow(`process ${process.pid}`));
    await expect(alone(() => 'again')).resolves.toBe('again');
  });

  it('is possible again after a failure, and after a start that was killed', async () => {
    await expect(alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    fs.writeFileSync(path.join(dir, 'start.lock'), JSON.stringify({ pid: process.pid, program: 'node of another time' }));
    await expect(alone(() => 'done')).resolves.toBe('done');
  });
});

'use strict';
const { createRequire } = require('node:module');
const { setFlagsFromString } = require('node:v8');
const { inRoot } = require('../../bin/local/layout');
const { median } = require('../statistics');

const ROWS = 50_000;
const CHUNK_BYTES = 64 * 1024;
const CUTS = ['Ideal', 'Premium', 'Very Good', 'Good', 'Fair'];
const LONG_BYTES = 2 ** 30;

/** Rows per second of a profile, against a bare pass of the same CSV parser over the same bytes; and its memory over a gigabyte. */
async function profiling({ rounds }) {
  // As the worker runs (libs/http/src/main.ts). Without it V8 may take each row for something that lives long.
  setFlagsFromString('--no-allocation-site-pretenuring');
  const bytes = Buffer.from(diamonds());
  const passes = { 'bare pass of the parser': () => parsed(bytes), 'DATA-PROFILE': () => profiled(chunksOf(bytes)) };
  const samples = Object.fromEntries(Object.keys(passes).map((name) => [name, []]));
  for (const pass of Object.values(passes)) await pass();
  for (let round = 0; round < rounds; round++) {
    for (const [name, pass] of Object.entries(passes)) samples[name].push(await rate(pass));
  }
  const results = Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, { rowsPerSecond: median(all) }]));
  return {
    title: `Profiling ${ROWS} rows of 10 columns`,
    results: { ...results, 'over 1 GiB': await memoryOver(bytes) },
    goals: [
      { of: 'DATA-PROFILE', to: 'bare pass of the parser', field: 'rowsPerSecond', atLeast: 0.5 },
      { of: 'over 1 GiB', field: 'grownMb', atMost: 100 },
    ],
  };
}

async function rate(pass) {
  // Processor time rather than the clock's: both passes work alone in this process.
  const before = process.cpuUsage();
  await pass();
  const { user, system } = process.cpuUsage(before);
  return ROWS / ((user + system) / 1e6);
}

function profiled(chunks) {
  const { profile } = require(inRoot('libs', 'dataset', 'dist'));
  return profile('diamonds.csv', chunks, { format: 'csv' });
}

/** The parser with the options that the profile needs; the rows are dropped. */
function parsed(bytes) {
  const { parse } = createRequire(inRoot('libs', 'dataset', 'package.json'))('csv-parse');
  return new Promise((resolve, reject) => {
    const parser = parse({ relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] });
    parser
      .on('data', () => undefined)
      .once('error', reject)
      .once('end', resolve);
    void write(parser, bytes);
  });
}

async function write(parser, bytes) {
  for await (const chunk of chunksOf(bytes)) await new Promise((resolve) => parser.write(chunk, resolve));
  parser.end();
}

/** How far the memory of this process grows while a gigabyte is profiled. */
async function memoryOver(bytes) {
  const before = process.memoryUsage.rss();
  let highest = before;
  const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), 100);
  await profiled(repeated(bytes));
  clearInterval(watch);
  return { grownMb: (highest - before) / 1_048_576 };
}

async function* repeated(bytes) {
  const rows = bytes.subarray(bytes.indexOf('\n') + 1);
  yield* chunksOf(bytes);
  for (let sent = bytes.length; sent < LONG_BYTES; sent += rows.length) yield* chunksOf(rows);
}

async function* chunksOf(bytes) {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/** Numbers, texts of few values and texts of many, as in the data set of that name; the same in every run. */
function diamonds() {
  let state = 1;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const size = () => (random() * 8 + 2).toFixed(2);
  const lines = ['carat,cut,color,clarity,depth,table,price,x,y,z'];
  for (let row = 0; row < ROWS; row++) {
    const clarity = ['SI1', 'VS2', 'SI2', 'VS1'][Math.floor(random() * 4)];
    const kind = [(random() * 3).toFixed(2), CUTS[Math.floor(random() * 5)], 'DEFGHIJ'[Math.floor(random() * 7)], clarity];
    const price = Math.floor(random() * 18_000) + 326;
    lines.push(
      [...kind, (55 + random() * 12).toFixed(1), 52 + Math.floor(random() * 15), price, size(), size(), size()].join(','),
    );
  }
  return lines.join('\n');
}

module.exports = { profiling };

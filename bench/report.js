'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { inRoot } = require('../bin/local/layout');
const { tableLines } = require('../bin/local/table');

const FILE = inRoot('reports', 'bench.json');

const rounded = (value) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

/** How one figure stands to another: { of, to, ratio, goal, met }. `field` is what is compared, requests per second unless said. */
function judged(results, { of, to, field = 'perSecond', atLeast, atMost }) {
  const ratio = to === undefined ? results[of][field] : results[of][field] / results[to][field];
  const goal = atLeast !== undefined ? `>= ${atLeast}` : atMost !== undefined ? `<= ${atMost}` : undefined;
  const met = goal && (atLeast !== undefined ? ratio >= atLeast : ratio <= atMost);
  return { of, to, field, ratio: rounded(ratio), ...(goal && { goal, met }) };
}

/** Prints what was measured on one path, and how it stands to its goals. */
function show({ title, results, goals = [] }) {
  const fields = [...new Set(Object.values(results).flatMap((result) => Object.keys(result)))];
  const rows = Object.entries(results).map(([name, result]) => [
    name,
    ...fields.map((field) => (typeof result[field] === 'number' ? String(rounded(result[field])) : result[field])),
  ]);
  console.log(`\n${title}`);
  for (const line of tableLines(['', ...fields], rows)) console.log(`  ${line}`);
  const verdicts = goals.map((goal) => judged(results, goal));
  const compared = verdicts.map(({ of, to, field, ratio, goal, met }) => [
    to === undefined ? `${of}: ${field}` : `${of} / ${to}`,
    String(ratio),
    goal ?? '',
    goal ? (met ? 'met' : 'missed') : '',
  ]);
  if (compared.length > 0) console.log();
  for (const line of tableLines(['ratio', 'measured', 'goal', ''], compared)) console.log(`  ${line}`);
  return { title, results, verdicts };
}

/** Writes everything as JSON and resolves to the file's name. */
function write(options, sections) {
  fs.mkdirSync(path.dirname(FILE), { recursive: true });
  const machine = {
    cpu: os.cpus()[0]?.model,
    cores: os.cpus().length,
    memoryGb: rounded(os.totalmem() / 2 ** 30),
    node: process.version,
  };
  const load = os.loadavg().map(rounded);
  fs.writeFileSync(FILE, `${JSON.stringify({ at: new Date().toISOString(), machine, load, options, sections }, null, 2)}\n`);
  return FILE;
}

module.exports = { show, write };

'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { inRoot } = require('../bin/local/layout');

const JSON_FILE = inRoot('reports', 'bench.json');
const MARKDOWN_FILE = inRoot('reports', 'bench.md');

const rounded = (value) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

/** How one figure stands to another: { of, to, field, ratio, goal, met }. `field` is what is compared, requests per second unless said. */
function judged(results, { of, to, field = 'perSecond', atLeast, atMost }) {
  const ratio = to === undefined ? results[of][field] : results[of][field] / results[to][field];
  const goal = atLeast !== undefined ? `>= ${atLeast}` : atMost !== undefined ? `<= ${atMost}` : undefined;
  const met = goal && (atLeast !== undefined ? ratio >= atLeast : ratio <= atMost);
  return { of, to, field, ratio: rounded(ratio), ...(goal && { goal, met }) };
}

/** Prints what was measured on one path, and how it stands to its goals. */
function show({ title, results, goals = [] }) {
  const section = { title, results, verdicts: goals.map((goal) => judged(results, goal)) };
  console.log(`\n${markdownOf(section)}`);
  return section;
}

/** Writes everything as JSON, and as Markdown for docs/performance.md; gives the files' names. */
function write(options, sections) {
  fs.mkdirSync(path.dirname(JSON_FILE), { recursive: true });
  const at = new Date().toISOString();
  const machine = { cpu: os.cpus()[0]?.model, cores: os.cpus().length, memoryGb: rounded(os.totalmem() / 2 ** 30) };
  const about = { at, machine: { ...machine, node: process.version }, load: os.loadavg().map(rounded), options };
  fs.writeFileSync(JSON_FILE, `${JSON.stringify({ ...about, sections }, null, 2)}\n`);
  const made = `${at.slice(0, 10)}, ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, Node ${process.version}; `;
  const how = `medians of ${options.rounds} rounds of ${options.seconds} s, ${options.connections} connections.`;
  fs.writeFileSync(MARKDOWN_FILE, `${[made + how, ...sections.map(markdownOf)].join('\n\n')}\n`);
  return [JSON_FILE, MARKDOWN_FILE];
}

/** One path as Markdown: the figures, what else is told of each, and the ratios with their goals. */
function markdownOf({ title, results, verdicts }) {
  const named = Object.entries(results);
  const fields = [...new Set(named.flatMap(([, result]) => Object.keys(result)))];
  const isText = (field) => named.some(([, result]) => typeof result[field] === 'string');
  const numeric = fields.filter((field) => !isText(field));
  const figures = named.map(([name, result]) => [name, ...numeric.map((field) => shown(result[field]))]);
  const textsOf = (result) => fields.filter((field) => typeof result[field] === 'string');
  const told = named.flatMap(([name, result]) => textsOf(result).map((field) => `- ${name}, ${field}: ${result[field]}`));
  const ratios = verdicts.map(({ of, to, field, ratio, goal, met }) => [
    to === undefined ? `${of}: ${field}` : `${of} / ${to}`,
    ...[shown(ratio), goal ?? '', goal ? (met ? 'met' : 'missed') : ''],
  ]);
  const parts = [`### ${title}`, table(['', ...numeric], figures), told.join('\n')];
  if (ratios.length > 0) parts.push(table(['ratio', 'measured', 'goal', ''], ratios));
  return parts.filter((part) => part !== '').join('\n\n');
}

const shown = (value) => (value === undefined ? '' : String(rounded(value)));

/** Columns of one width each, so that it can be read on a terminal too. */
function table(headings, rows) {
  const lines = [headings, headings.map(() => '---'), ...rows];
  const widths = headings.map((_, at) => Math.max(3, ...lines.map((line) => line[at].length)));
  const padded = ([...line], fill) => line.map((text, at) => text.padEnd(widths[at], fill));
  return lines.map((line, row) => `| ${padded(line, row === 1 ? '-' : ' ').join(' | ')} |`).join('\n');
}

module.exports = { show, write };

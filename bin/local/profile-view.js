'use strict';
const { tableLines } = require('./table');

const MOST_COLUMNS = 8;
const brief = (value) => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value);

/** The profile of a dataset as the lines of a table, a line a column. */
function profileLines({ columns }) {
  return tableLines(
    ['column', 'type', 'nulls', 'distinct', 'min', 'max', 'mean'],
    columns.map((column) => [
      column.name,
      column.type,
      column.nulls,
      column.distinctExact === false ? `~${column.distinct}` : column.distinct,
      brief(column.min),
      brief(column.max),
      brief(column.mean),
    ]),
  );
}

/** The first columns of some rows as the lines of a table. */
function rowLines(rows) {
  const names = Object.keys(rows[0] ?? {}).slice(0, MOST_COLUMNS);
  return tableLines(
    names,
    rows.map((row) => names.map((name) => row[name])),
  );
}

/** `0.4` -> "[████████            ]  40 %". */
function bar(fraction, width = 30) {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return `[${'█'.repeat(filled)}${' '.repeat(width - filled)}] ${String(Math.round(fraction * 100)).padStart(3)} %`;
}

module.exports = { profileLines, rowLines, bar };

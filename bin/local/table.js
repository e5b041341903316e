'use strict';

const isNumber = (text) => /^-?[\d.,]+( ?[a-z%]+)?$/i.test(text);
const MAX_WIDTH = 60;
const cut = (text) => (text.length > MAX_WIDTH ? `${text.slice(0, MAX_WIDTH - 1)}…` : text);
const cell = (value) => (value === null || value === undefined ? '-' : cut(String(value)));

/** Lines of a table: a heading, then a line a row; columns that hold only numbers are set right. */
function tableLines(headings, rows) {
  const texts = rows.map((row) => row.map(cell));
  const columns = headings.map((heading, at) => {
    const values = texts.map((row) => row[at]);
    return {
      width: Math.max(heading.length, ...values.map((value) => value.length)),
      right: values.length > 0 && values.every((value) => value === '-' || isNumber(value)),
    };
  });
  const line = (row) =>
    row
      .map((value, at) => (columns[at].right ? value.padStart(columns[at].width) : value.padEnd(columns[at].width)))
      .join('  ')
      .trimEnd();
  return [line(headings), ...texts.map(line)];
}

/** 93784000 ms -> "1d 2h". */
function duration(ms) {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ];
  const first = units.findIndex(([, size]) => ms >= size);
  if (first < 0) return '0s';
  const [unit, size] = units[first];
  const next = units[first + 1];
  const rest = next ? Math.floor((ms % size) / next[1]) : 0;
  return `${Math.floor(ms / size)}${unit}${rest ? ` ${rest}${next[0]}` : ''}`;
}

const megabytes = (bytes) => `${Math.round(bytes / 1_048_576)} MB`;

/** { amount: 1250, currency: 'KWD' } -> "1.250 KWD". */
function moneyText({ amount, currency }) {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}

module.exports = { tableLines, duration, megabytes, moneyText };

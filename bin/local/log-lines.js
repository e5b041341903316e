'use strict';
const { paint } = require('./terminal');

const COLOURS = { error: paint.red, warn: paint.yellow, info: paint.green, debug: paint.dim };
const SHOWN_APART = new Set(['time', 'level', 'service', 'message', 'requestId', 'stack']);
// MariaDB writes its own clock time, without a zone: "2026-11-21  3:40:07 0 [Note] ...".
const DATABASE_TIME = /^(\d{4}-\d\d-\d\d) {1,2}(\d{1,2}):(\d\d:\d\d)/;

/**
 * A line of a log as { source, time (ms), text, fields }. Lines that are no JSON (a crash's stack, the database's own
 * words) have no fields, and without a time of their own the time of the line before, so that they stay behind it.
 */
function parseLine(source, text, timeBefore = 0) {
  const fields = jsonOf(text);
  const own = fields ? Date.parse(fields.time) : databaseTime(text);
  return { source, text, fields, time: Number.isNaN(own) ? timeBefore : own };
}

function jsonOf(text) {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function databaseTime(text) {
  const [, day, hour, rest] = DATABASE_TIME.exec(text) ?? [];
  return day ? Date.parse(`${day}T${hour.padStart(2, '0')}:${rest}`) : NaN;
}

/** The entries of all logs as one story, cut to its last lines. */
function merge(entries, lines) {
  return entries.sort((one, other) => one.time - other.time).slice(-lines);
}

/** An entry as people read it. */
function pretty({ source, text, time, fields }) {
  const name = paint.cyan(source.padEnd(15));
  if (!fields) return `${' '.repeat(12)} ${' '.repeat(5)} ${name} ${text}`;
  const { level = '', message = '', requestId, stack } = fields;
  const clock = paint.dim(new Date(time).toISOString().slice(11, 23));
  const colour = COLOURS[level] ?? String;
  const more = Object.entries(fields)
    .filter(([key]) => !SHOWN_APART.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const tail = [...more, ...(requestId ? [`request=${requestId}`] : [])].join(' ');
  return `${clock} ${colour(level.padEnd(5))} ${name} ${message}${tail && ` ${paint.dim(tail)}`}${stack ? `\n${stack}` : ''}`;
}

module.exports = { parseLine, merge, pretty };

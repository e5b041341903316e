'use strict';
require('./local/node-version');
const fs = require('node:fs');
const { parseArgs } = require('node:util');
const { Failure, runWord } = require('./local/failure');
const { inLocal } = require('./local/layout');
const { LogFile } = require('./local/log-file');
const { merge, pretty } = require('./local/log-lines');
const { isLive, say } = require('./local/terminal');

const LOOK_EVERY_MS = 300;
const LINES = 100;
const USAGE = 'npm run logs [service] [-- --request ID] [-- --lines N] [-- -f]';

function readArguments() {
  const options = {
    request: { type: 'string' },
    lines: { type: 'string' },
    follow: { type: 'boolean', short: 'f' },
  };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  // A request's way is of use as a whole; at debug an order's has hundreds of lines.
  const lines = Number(values.lines) || (values.request ? Infinity : LINES);
  return { request: values.request, lines, follow: values.follow, services: positionals };
}

/**
 * Shows the last lines of all logs, or of some, or all lines of a request, as one story; each as it was written when the
 * output is no terminal.
 */
async function logs() {
  const { request, lines, follow, services } = readArguments();
  const files = openLogs(services);
  const wanted = request ? ({ fields }) => fields && fields.requestId === request : () => true;
  const found = await Promise.all(files.map((file) => file.last(lines, wanted)));
  const story = merge([].concat(...found), lines);
  if (story.length === 0) console.error(request ? `No line tells of request ${request}.` : 'The logs are empty.');
  show(story);
  if (follow)
    setInterval(() => show(merge([].concat(...files.map((file) => file.added())), Infinity).filter(wanted)), LOOK_EVERY_MS);
}

function openLogs(services) {
  const names = fs.existsSync(inLocal('logs')) ? fs.readdirSync(inLocal('logs')).filter((name) => name.endsWith('.log')) : [];
  const known = names.map((name) => name.replace(/\.log$/, ''));
  if (known.length === 0) throw new Failure('There are no logs yet', 'npm start');
  const unknown = services.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Failure(`No log of ${unknown.join(', ')}`, `choose of: ${known.join(', ')}`);
  return known
    .filter((name) => services.length === 0 || services.includes(name))
    .map((name) => new LogFile(inLocal('logs', `${name}.log`)));
}

const show = (entries) => entries.forEach((entry) => say(isLive ? pretty(entry) : entry.text));

// A reader who has seen enough (`| head`) is no error.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
runWord('logs', logs, USAGE);

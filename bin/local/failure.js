'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { inLocal } = require('./layout');
const { paint } = require('./terminal');

/** An expected failure of a command-line word: one sentence, and how to mend it. */
class Failure extends Error {
  constructor(message, mend) {
    super(message);
    this.mend = mend;
  }
}

/**
 * Runs a word; a failure ends as one sentence and its mend with exit code 1, a defect's stack goes to a file. Arguments that
 * `usage` does not know are no defect.
 */
function runWord(word, main, usage) {
  main().catch((error) => {
    console.error(`${paint.red('✗')} ${error.message}`);
    const mend =
      error.mend ??
      error.hint ??
      (isMisuse(error) ? usage : undefined) ??
      (error instanceof Failure ? undefined : keepStack(word, error));
    if (mend) console.error(`  Mend: ${mend}`);
    process.exit(1); // what is still waited for would keep the process alive
  });
}

const isMisuse = ({ code }) => String(code).startsWith('ERR_PARSE_ARGS');

function keepStack(word, error) {
  const file = inLocal('logs', `npm-${word}.error.txt`);
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${new Date().toISOString()} ${error.stack}\n`);
    return `npm run doctor shows what is in the way; the details are in ${file}`;
  } catch {
    return `make ${path.dirname(file)} writable: nothing can be kept there`;
  }
}

module.exports = { Failure, runWord };

'use strict';
require('./local/node-version');
const { runWord } = require('./local/failure');
const { paint, say } = require('./local/terminal');
const { checkAll } = require('./local/checks');

/** Says of each thing that a stack needs whether it is right, and how to mend it. */
async function doctor() {
  const results = await checkAll();
  for (const { ok, title, detail, mend } of results) {
    say(`${ok ? paint.green('ok     ') : paint.red('problem')} ${title}: ${detail}`);
    if (mend) say(`        Mend: ${mend}`);
  }
  const problems = results.filter((result) => !result.ok).length;
  say(problems === 0 ? 'Nothing is in the way.' : `${problems} problem${problems > 1 ? 's' : ''}.`);
  if (problems > 0) process.exitCode = 1;
}

runWord('doctor', doctor);

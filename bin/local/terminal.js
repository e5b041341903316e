'use strict';
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const SILENCE_MS = 1000;
const REMIND_MS = 10_000;

const isLive = Boolean(process.stdout.isTTY) && process.env.TERM !== 'dumb';
const hasColour = isLive && !process.env.NO_COLOR;
const colour = (code) => (text) => (hasColour ? `\u001b[${code}m${text}\u001b[0m` : String(text));
const paint = { red: colour(31), green: colour(32), yellow: colour(33), cyan: colour(36), dim: colour(2), bold: colour(1) };

let isSpinning = false;

/** Shows `text` in place of the unfinished line; only a live terminal can. */
const rewrite = (text) => process.stdout.write(`\r\u001b[2K${text}`);

/** A line of its own, also while a spinner turns below it. */
function say(text = '') {
  if (isSpinning) rewrite('');
  console.log(text);
}

/**
 * Does one piece of work under its title. A live terminal sees a spinner with the seconds gone by; elsewhere a slow step
 * says when it starts and every ten seconds that it still runs. The work gets a function that adds what it is at just now,
 * and what it returns (a string) is shown behind the title at the end.
 */
async function step(title, work) {
  const started = performance.now();
  const running = { title, note: '', frame: 0, elapsed: () => Math.round((performance.now() - started) / 1000) };
  const stop = isLive ? spin(running) : announce(running);
  try {
    const outcome = await work((note) => (running.note = note));
    stop();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`${paint.green('✓')} ${title}${outcome ? `: ${outcome}` : ''} ${paint.dim(`(${seconds} s)`)}`);
  } catch (error) {
    stop();
    throw error;
  }
}

function spin(running) {
  const draw = () => {
    const { title, note, frame, elapsed } = running;
    const text = `${title} ${elapsed()} s${note ? ` - ${note}` : ''}`.slice(0, (process.stdout.columns || 80) - 3);
    rewrite(`${paint.cyan(FRAMES[frame % FRAMES.length])} ${text}`);
    running.frame += 1;
  };
  const timer = setInterval(draw, 120);
  isSpinning = true;
  return () => {
    clearInterval(timer);
    isSpinning = false;
    rewrite('');
  };
}

function announce({ title, elapsed }) {
  let reminder;
  const first = setTimeout(() => {
    say(`… ${title}`);
    reminder = setInterval(() => say(`… ${title}: ${elapsed()} s so far`), REMIND_MS);
  }, SILENCE_MS);
  return () => {
    clearTimeout(first);
    clearInterval(reminder);
  };
}

module.exports = { isLive, paint, say, rewrite, step };

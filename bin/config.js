'use strict';
require('./local/node-version');
const fs = require('node:fs');
const { text } = require('node:stream/consumers');
const { Failure, runWord } = require('./local/failure');
const { inRoot } = require('./local/layout');
const { SERVICES } = require('./local/parts');
const { paint, say } = require('./local/terminal');
const { build } = require('./local/workspace');

const MARKERS = /(<!-- settings -->\n)[^]*?(<!-- \/settings -->)/;

const USAGE = `npm run config -- <word>
  check [service ...]   whether the environment of each service is complete, as APP_ENV, the .env files and CONFIG_SOURCE give it
  encrypt NAME          seals the value on standard input for the setting NAME (CONFIG_KMS_KEY_ID or CONFIG_KEY_FILE holds the key)
  decrypt NAME          opens the sealed value on standard input
  key FILE              makes a local key file
  table                 writes the table of settings into README.md`;

const library = () => require(inRoot('libs', 'config', 'dist'));
const readerOf = (service) => require(inRoot('services', service, 'dist', 'config')).readServiceConfig;

/** Reads each service's settings as its process would, and names every one that is wrong. */
async function check(services) {
  const unknown = services.filter((name) => !SERVICES.includes(name));
  if (unknown.length > 0) throw new Failure(`No service ${unknown.join(', ')}`, `choose of: ${SERVICES.join(', ')}`);
  const own = { ...process.env };
  let wrong = 0;
  for (const service of services.length > 0 ? services : SERVICES) wrong += await checkOne(service, { ...own });
  if (wrong > 0) process.exitCode = 1;
}

async function checkOne(service, own) {
  try {
    const warnings = await library().loadEnvironment(service, { own });
    readerOf(service)();
    say(`${paint.green('ok     ')} ${service}${warnings.map((warning) => ` (${warning})`).join('')}`);
    return 0;
  } catch (error) {
    if (!(error instanceof library().ConfigError)) throw error;
    say(`${paint.red('problem')} ${service}: ${error.message}`);
    return 1;
  }
}

function sealer() {
  const { loadFiles, sealerOf } = library();
  return sealerOf(loadFiles('config'));
}

/** The value comes on standard input, since arguments stay in the shell's history and in the table of processes. */
async function transform(word, name) {
  if (!name) throw new Failure(`${word} needs the name of the setting`, USAGE);
  if (process.stdin.isTTY) say(`Value of ${name}, then Ctrl-D:`);
  const value = (await text(process.stdin)).replace(/\n$/, '');
  if (value === '')
    throw new Failure('There is no value on standard input', `printf %s "$VALUE" | npm run -s config -- ${word} ${name}`);
  const result = await (word === 'encrypt' ? sealer().seal(name, value) : sealer().open(name, value)).catch(explain);
  process.stdout.write(word === 'encrypt' ? `${name}=${result}\n` : `${result}\n`);
}

function explain(error) {
  throw error instanceof library().SealError
    ? new Failure(error.message, 'take the key and the name that it was sealed with')
    : error;
}

function makeKey(file) {
  if (!file) throw new Failure('key needs a file name', USAGE);
  if (fs.existsSync(file)) throw new Failure(`${file} is there already, and values may be sealed with it`, 'name another file');
  library().makeKeyFile(file);
  say(
    `${file} holds a new key: CONFIG_KEY_FILE=${file}. Keep it out of version control, and keep a copy: without it sealed values are lost.`,
  );
}

/** The table as the schemas of all services make it. */
function table() {
  const { settingsOf, settingsTable } = library();
  return settingsTable(Object.fromEntries(SERVICES.map((service) => [service, settingsOf(readerOf(service))])));
}

function writeTable() {
  const file = inRoot('README.md');
  const before = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(
    file,
    before.replace(MARKERS, (_all, start, end) => `${start}\n<!-- prettier-ignore -->\n${table()}\n\n${end}`),
  );
  say(`${file} is up to date`);
}

const WORDS = {
  check: (names) => check(names),
  encrypt: ([name]) => transform('encrypt', name),
  decrypt: ([name]) => transform('decrypt', name),
  key: ([file]) => makeKey(file),
  table: writeTable,
};

async function config() {
  const [word, ...rest] = process.argv.slice(2);
  if (!Object.hasOwn(WORDS, word ?? '')) throw new Failure('What about the configuration?', USAGE);
  await build();
  await WORDS[word](rest);
}

runWord('config', config);

/** Real programs that some tests run; a suite that misses its own says so. Only Node's own modules are loaded here. */
const fs = require('node:fs');
const { byHand, findProgram, install, mayInstall } = require('./apt');

const PACKAGES = { chromium: 'chromium', openssl: 'openssl', promtool: 'prometheus', 'redis-server': 'redis-server' };

const missing = () => Object.keys(PACKAGES).filter((program) => !findProgram(program));

/**
 * Installs what is missing where nobody is disturbed: in a container and in CI. Elsewhere the packages would also start
 * their servers on the machine, so there it is said how to install them. Resolves to what was done.
 */
async function ensureTestPrograms(note) {
  const packages = missing().map((program) => PACKAGES[program]);
  if (packages.length === 0) return undefined;
  const startsServers = fs.existsSync('/run/systemd/system') && !process.env.CI;
  if (startsServers || !mayInstall()) return `some tests are passed over without ${byHand(packages)}`;
  note(`apt-get install ${packages.join(' ')}`);
  const complaint = install(packages);
  return missing().length > 0 ? `some tests are passed over without ${missing().join(', ')}: ${complaint}` : packages.join(', ');
}

module.exports = { ensureTestPrograms };

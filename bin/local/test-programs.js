/** Real programs that some tests run; a suite that misses its own says so. Only Node's own modules are loaded here. */
const fs = require('node:fs');
const { byHand, findProgram, install, mayInstall } = require('./apt');

const PACKAGES = { chromium: 'chromium', openssl: 'openssl', promtool: 'prometheus', 'redis-server': 'redis-server' };

const missing = () => Object.keys(PACKAGES).filter((program) => !findProgram(program));

/**
 * Installs what is missing where nobody is disturbed: in a container and in CI. Elsewhere the packages would also start
 * their servers on the machine, so there it is said how to install them.
 */
function ensureTestPrograms(report) {
  const packages = missing().map((program) => PACKAGES[program]);
  if (packages.length === 0) return;
  const startsServers = fs.existsSync('/run/systemd/system') && !process.env.CI;
  if (startsServers || !mayInstall()) return report(`Some tests are passed over without: ${byHand(packages)}`);
  report(`Installing what tests run (${packages.join(', ')})`);
  const complaint = install(packages);
  if (missing().length > 0) report(`Not installed, so some tests are passed over: ${missing().join(', ')}\n${complaint}`);
}

module.exports = { ensureTestPrograms };

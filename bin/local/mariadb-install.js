/** Finds the MariaDB server, and installs it where it is missing. Runs before anything else is installed: only Node's own modules are loaded here. */
const { byHand, findProgram, install, mayInstall } = require('./apt');

const PACKAGES = ['mariadb-server-core', 'mariadb-client-core'];
const USE_EXISTING =
  'or set DATABASE_HOST (and DATABASE_PORT, DATABASE_ADMIN_USER, DATABASE_ADMIN_PASSWORD) to use a server you have';

/** The installed server and its installer, or undefined when one is missing. A MySQL server without MariaDB's installer does not count. */
function findServer() {
  const server = findProgram('mariadbd', 'mysqld');
  const installer = findProgram('mariadb-install-db');
  return server && installer ? { server, installer } : undefined;
}

/** Installs the server with apt when it is missing; throws an Error that says what to run when that is not possible. */
function ensureInstalled(report = () => {}) {
  const found = findServer();
  if (found) return found;
  if (!findProgram('apt-get')) {
    throw new Error(
      `MariaDB is not installed: install MariaDB 10.6 or newer with the package manager of this machine, ${USE_EXISTING}.`,
    );
  }
  const command = byHand(PACKAGES);
  if (!mayInstall()) {
    throw new Error(
      `MariaDB is not installed and this user is neither root nor in sudo without a password. Run\n  ${command}\n${USE_EXISTING}.`,
    );
  }
  report(`Installing MariaDB (${PACKAGES.join(', ')})`);
  const complaint = install(PACKAGES);
  const installed = findServer();
  if (!installed) throw new Error(`MariaDB could not be installed:\n${complaint}\nRun\n  ${command}\n${USE_EXISTING}.`);
  return installed;
}

module.exports = { ensureInstalled, findServer };

/** Finds the MariaDB server, and installs it where it is missing. Runs before anything else is installed: only Node's own modules are loaded here. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const PACKAGES = ['mariadb-server-core', 'mariadb-client-core'];
// --no-remove: a machine with MySQL keeps it; apt would otherwise replace it by MariaDB.
const INSTALL = ['install', '-y', '--no-install-recommends', '--no-remove', ...PACKAGES];
const USE_EXISTING =
  'or set DATABASE_HOST (and DATABASE_PORT, DATABASE_ADMIN_USER, DATABASE_ADMIN_PASSWORD) to use a server you have';

/** The file of the first of these programs that is installed; folders of PATH that this user may not read are passed over. */
function findProgram(...names) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/libexec', '/usr/local/sbin'];
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isProgram);
}

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

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
  const asRoot = process.getuid() === 0 ? ['env'] : ['sudo', '-n', 'env'];
  const byHand = `sudo apt-get update && sudo apt-get ${INSTALL.join(' ')}`;
  if (spawnSync(asRoot[0], [...asRoot.slice(1), 'true']).status !== 0) {
    throw new Error(
      `MariaDB is not installed and this user is neither root nor in sudo without a password. Run\n  ${byHand}\n${USE_EXISTING}.`,
    );
  }
  const apt = (...args) =>
    spawnSync(
      asRoot[0],
      [...asRoot.slice(1), 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=120', ...args],
      {
        encoding: 'utf8',
      },
    );
  report(`Installing MariaDB (${PACKAGES.join(', ')})`);
  // An unreachable third-party source fails the update but not the install.
  apt('update');
  const { stderr } = apt(...INSTALL);
  const installed = findServer();
  if (!installed) throw new Error(`MariaDB could not be installed:\n${stderr.trim()}\nRun\n  ${byHand}\n${USE_EXISTING}.`);
  return installed;
}

module.exports = { ensureInstalled, findProgram, findServer };

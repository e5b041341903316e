/** Debian's and Ubuntu's package manager. Runs before anything else is installed: only Node's own modules are loaded here. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

// --no-remove: a machine with MySQL keeps it; apt would otherwise replace it by MariaDB.
const installing = (packages) => ['install', '-y', '--no-install-recommends', '--no-remove', ...packages];

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

const asRoot = () => (process.getuid() === 0 ? [] : ['sudo', '-n']);

/** Whether there is an apt that this user may use without a password. */
function mayInstall() {
  const [command, ...args] = [...asRoot(), 'true'];
  return findProgram('apt-get') !== undefined && spawnSync(command, args).status === 0;
}

/** What a person would type. */
const byHand = (packages) => `sudo apt-get update && sudo apt-get ${installing(packages).join(' ')}`;

/** Installs packages, and returns what apt complained of. */
function install(packages) {
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot(), 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=120'];
    return spawnSync(command, [...rest, ...args], { encoding: 'utf8' });
  };
  // An unreachable third-party source fails the update but not the install.
  apt('update');
  return apt(...installing(packages)).stderr.trim();
}

module.exports = { byHand, findProgram, install, mayInstall };

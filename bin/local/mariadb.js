/**
 * A private MariaDB server: its own data folder, port and socket, no system service touched.
 * Runs before anything is installed, so only Node's own modules are loaded here.
 */
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { ensureInstalled, findServer } = require('./mariadb-install');

// The kernel's limit for the path of a Unix socket.
const LONGEST_SOCKET_PATH = 107;
const REDO_LOG_SIZE = '32M';

const inside = (dir) => ({
  data: path.join(dir, 'database'),
  temporary: path.join(dir, 'database.tmp'),
  pidFile: path.join(dir, 'database.pid'),
});

/** The server's socket: outside `dir`, whose path may be longer than a socket path can be. */
function socketPath(dir) {
  const name = `polycloud-${createHash('sha256').update(path.resolve(dir)).digest('hex').slice(0, 16)}.sock`;
  const preferred = path.join(os.tmpdir(), name);
  return Buffer.byteLength(preferred) <= LONGEST_SOCKET_PATH ? preferred : path.join('/tmp', name);
}

/** The administrator: the operating system user who made the data folder, recognised over the socket without a password. */
function adminUser() {
  return os.userInfo().username;
}

/** Makes the data folder `dir`/database unless it is there; an interrupted attempt leaves nothing behind that counts. */
function initialise({ dir, report = () => {} }) {
  const { data, temporary } = inside(dir);
  fs.mkdirSync(temporary, { recursive: true });
  if (fs.existsSync(data)) return;
  report('Preparing the data folder of the database');
  const unfinished = `${data}.unfinished`;
  fs.rmSync(unfinished, { recursive: true, force: true });
  const { status, stdout, stderr } = spawnSync(
    ensureInstalled(report).installer,
    [
      '--no-defaults',
      '--force', // else it insists on resolving the host name, which a bare container cannot
      `--user=${adminUser()}`,
      `--datadir=${unfinished}`,
      '--auth-root-authentication-method=socket',
      `--auth-root-socket-user=${adminUser()}`,
      '--skip-test-db',
      `--innodb-log-file-size=${REDO_LOG_SIZE}`,
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The data folder ${data} could not be made:\n${stdout}${stderr}`);
  fs.renameSync(unfinished, data);
}

/** Command line of the server. Durable at each commit; behaves as the MySQL 8 of production does where the two differ by default. */
function serverArguments({ dir, port }) {
  const { data, temporary, pidFile } = inside(dir);
  return [
    '--no-defaults',
    `--user=${adminUser()}`,
    `--datadir=${data}`,
    `--tmpdir=${temporary}`,
    `--pid-file=${pidFile}`,
    `--socket=${socketPath(dir)}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_ci',
    '--sql-mode=ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    '--default-time-zone=+00:00',
    '--transaction-isolation=READ-COMMITTED',
    '--innodb-flush-log-at-trx-commit=1',
    '--innodb-buffer-pool-size=128M',
    `--innodb-log-file-size=${REDO_LOG_SIZE}`,
    '--max-connections=300',
    '--max-allowed-packet=16M',
    '--performance-schema=OFF',
  ];
}

// The server speaks first. The fifth byte is its protocol version, or this mark of an error: a server that does not know our host serves others.
const PROTOCOL_VERSION = 10;
const ERROR_PACKET = 255;

/** One attempt to be greeted by a server. */
function greeted(address) {
  return new Promise((resolve) => {
    const connection = net.connect({ ...address, timeout: 1000 });
    const settle = (answer) => (connection.destroy(), resolve(answer));
    connection.once('data', (packet) => settle([PROTOCOL_VERSION, ERROR_PACKET].includes(packet[4])));
    for (const failure of ['error', 'timeout', 'close']) connection.once(failure, () => settle(false));
  });
}

/** Waits until the server greets its clients; rejects after `timeoutMs` or when `gone()` says that the server has ended. */
async function waitUntilServing({ port, socket, timeoutMs = 60_000, gone = () => false }) {
  const address = socket ? { path: socket } : { host: '127.0.0.1', port };
  const deadline = Date.now() + timeoutMs;
  while (!(await greeted(address))) {
    if (gone()) throw new Error('The database server ended before it served.');
    if (Date.now() > deadline)
      throw new Error(`No database server answers at ${socket ?? `127.0.0.1:${port}`} after ${timeoutMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

module.exports = {
  findServer,
  ensureInstalled,
  initialise,
  serverArguments,
  waitUntilServing,
  socketPath,
  adminUser,
  inside,
};

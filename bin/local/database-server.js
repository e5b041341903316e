/**
 * Keeps one private MariaDB server: `node bin/local/database-server.js --dir <folder> --port <port>` runs it until told to stop.
 * Required as a module, it gives the temporary servers of tests and checks.
 */
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { adminUser, ensureInstalled, initialise, inside, serverArguments, socketPath, waitUntilServing } = require('./mariadb');

// A keeper that was killed takes its server along, but the server needs a moment to be gone.
const PATIENCE_MS = 3000;

/** The live process that holds the data folder, or undefined. A pid file left by a crash may name a pid that means another program now. */
function holderOf(dir) {
  const { data, pidFile } = inside(dir);
  const pid = Number(fs.existsSync(pidFile) && fs.readFileSync(pidFile, 'utf8'));
  if (!pid) return undefined;
  try {
    process.kill(pid, 0);
    const commandLine = `/proc/${pid}/cmdline`;
    return !fs.existsSync(commandLine) || fs.readFileSync(commandLine, 'utf8').includes(data) ? pid : undefined;
  } catch (error) {
    return error.code === 'EPERM' ? pid : undefined;
  }
}

async function refuseWhenHeld(dir) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let pid = holderOf(dir); pid; pid = holderOf(dir)) {
    if (Date.now() > deadline) {
      throw new Error(
        `Another database server (process ${pid}) holds ${inside(dir).data}: stop it first (npm stop, or kill ${pid}).`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Starts the server on the data folder `dir`/database and resolves to its process once it serves; `stdio` is where its log goes. */
async function startServer({ dir, port, stdio = 'inherit' }) {
  await refuseWhenHeld(dir);
  const { server } = ensureInstalled();
  // Where the kernel can do it, the server dies with its parent: no orphan ever blocks the data folder.
  const tied = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0 ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  const [program, ...args] = [...tied, server, ...serverArguments({ dir, port })];
  // Detached: Ctrl-C in a terminal is for the parent, which decides when the server stops.
  const child = spawn(program, args, { stdio: ['ignore', stdio, stdio], detached: true });
  let failure;
  child.once('error', (error) => (failure = error));
  // By the socket, which is this server's alone: at the port another one might answer.
  await waitUntilServing({
    socket: socketPath(dir),
    gone: () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
  }).catch((error) => {
    child.kill('SIGKILL');
    throw failure ?? error;
  });
  return child;
}

/** A port of 127.0.0.1 that is free now. */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Removes a temporary server's folder and socket. */
function discard(dir) {
  fs.rmSync(socketPath(dir), { force: true });
  fs.rmSync(dir, { recursive: true, force: true });
}

/** Discards what runs that were killed have left in `parent`; a run's folder is named after its process. */
function sweep(parent) {
  for (const name of fs.existsSync(parent) ? fs.readdirSync(parent) : []) {
    const pid = Number(/^run-(\d+)$/.exec(name)?.[1]);
    try {
      if (pid) process.kill(pid, 0);
    } catch (error) {
      if (error.code === 'ESRCH') discard(path.join(parent, name));
    }
  }
}

/** A server with an empty data folder of its own under `parent`; it ends, and its folder goes, with `close()` or with this process. */
async function openTemporaryServer({ parent, report }) {
  sweep(parent);
  const dir = path.join(parent, `run-${process.pid}`);
  let child;
  process.once('exit', () => {
    child?.kill('SIGKILL');
    discard(dir);
  });
  // A signal would end this process without that; as an exit it does not.
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 }))
    process.once(signal, () => process.exit(128 + number));
  initialise({ dir, report });
  const port = await freePort();
  child = await startServer({ dir, port, stdio: fs.openSync(path.join(dir, 'server.log'), 'a') });
  const close = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.kill('SIGKILL')) await ended;
    discard(dir);
  };
  return { port, socketPath: socketPath(dir), user: adminUser(), close };
}

async function keep() {
  const { values } = parseArgs({ options: { dir: { type: 'string' }, port: { type: 'string' } } });
  if (!values.dir || !Number(values.port))
    throw new Error('Usage: node bin/local/database-server.js --dir <folder> --port <port>');
  initialise({ dir: values.dir, report: console.log });
  const starting = startServer({ dir: values.dir, port: Number(values.port) });
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      stopping = true;
      void starting.then((child) => child.kill('SIGTERM'));
    });
  }
  const child = await starting;
  child.once('exit', (code) => process.exit(stopping ? 0 : (code ?? 1)));
  process.send?.('ready');
}

if (require.main === module) {
  keep().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}

module.exports = { startServer, freePort, openTemporaryServer };

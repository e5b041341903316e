import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';

const KEEPER = join(__dirname, '../../../bin/local/database-server.js');

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe('the keeper of the local database server', () => {
  let dir: string;
  let port: number;
  let socketPath = '';
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'keeper-'));
    port = await freePort();
  });
  afterAll(async () => {
    for (const keeper of started) keeper.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true, maxRetries: 20 });
    await rm(socketPath, { force: true });
  });

  function keep(atPort: number): ChildProcess {
    const keeper = spawn(process.execPath, [KEEPER, '--dir', dir, '--port', String(atPort)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    started.push(keeper);
    return keeper;
  }

  async function ready(keeper: ChildProcess): Promise<ChildProcess> {
    expect(await once(keeper, 'message')).toEqual(['ready', undefined]);
    return keeper;
  }

  const serverPid = async (): Promise<number> => Number(await readFile(join(dir, 'database.pid'), 'utf8'));

  async function query(sql: string): Promise<RowDataPacket[]> {
    const commandLine = await readFile(`/proc/${await serverPid()}/cmdline`, 'utf8');
    socketPath = /--socket=([^\0]+)/.exec(commandLine)?.[1] ?? '';
    const connection = await createConnection({ socketPath, user: userInfo().username });
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    await connection.end();
    return rows;
  }

  it('says that it is ready when the server serves, and ends it on SIGINT', async () => {
    const keeper = await ready(keep(port));
    await query('CREATE DATABASE kept');
    await query('CREATE TABLE kept.rows_ (id INT NOT NULL PRIMARY KEY) ENGINE=InnoDB');
    keeper.kill('SIGINT');
    expect(await once(keeper, 'exit')).toEqual([0, null]);
  });

  it('loses nothing that was committed when it is killed, and takes the server along', async () => {
    const keeper = await ready(keep(port));
    await query('INSERT INTO kept.rows_ VALUES (1)');
    keeper.kill('SIGKILL');
    await once(keeper, 'exit');
    const next = await ready(keep(port));
    expect(await query('SELECT id FROM kept.rows_')).toEqual([{ id: 1 }]);
    next.kill('SIGTERM');
    await once(next, 'exit');
  });

  it('refuses a data folder that another server holds, and names it', async () => {
    const keeper = await ready(keep(port));
    const second = keep(await freePort());
    const [message] = await once(second.stderr!, 'data');
    expect(String(message)).toMatch(/Another database server \(process \d+\) holds .*: stop it first/);
    expect(await once(second, 'exit')).toEqual([1, null]);
    expect(await query('SELECT id FROM kept.rows_')).toEqual([{ id: 1 }]);
    keeper.kill('SIGTERM');
    await once(keeper, 'exit');
  });

  it('ends with a failure when the server is killed, so that whoever keeps it starts both again', async () => {
    const keeper = await ready(keep(port));
    process.kill(await serverPid(), 'SIGKILL');
    expect(await once(keeper, 'exit')).toEqual([1, null]);
  });
});

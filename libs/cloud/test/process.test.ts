import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reset, startScripted } from './servers/scripted';
import { type Wire, wires } from './servers/wires';

const run = promisify(execFile);
const program = join(__dirname, 'programs/list.js');

describe('a process of its own', () => {
  it.each(wires.map((wire): [string, Wire] => [wire.provider, wire]))(
    'gets over a broken connection to %s, and ends by itself once the adapter is closed',
    async (provider, wire) => {
      const server = await startScripted(reset, wire.page());
      const { stdout } = await run(process.execPath, [
        program,
        provider,
        JSON.stringify(wire.connection(server.url)),
        server.host,
      ]);
      expect(stdout).toBe('0\n');
      expect(server.requests).toHaveLength(2);
      await server.stop();
    },
  );
});

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from '@polycloud/lean/undici';

const SECONDS = 5;
/** Clients behind a balancer or a gateway share connections that stay open. */
const CONNECTIONS = 400;

// Capacity is measured on a machine that others use too.
jest.retryTimes(2);

describe('a service under three times the load that it can bear', () => {
  let service: ChildProcess;
  let pool: Pool;

  beforeAll(async () => {
    service = fork(join(__dirname, 'fixtures/busy-service.js'));
    const [{ url }] = (await once(service, 'message')) as [{ url: string }];
    pool = new Pool(url, { connections: CONNECTIONS });
    await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  });
  afterAll(async () => {
    await pool.close();
    service.kill();
  });

  async function ask(): Promise<number> {
    const { statusCode, body } = await pool.request({ method: 'GET', path: '/work' });
    await body.dump();
    return statusCode;
  }

  /** Useful answers a second to clients who each wait for their answer before they ask again. */
  async function capacity(): Promise<number> {
    const until = performance.now() + SECONDS * 500;
    let answered = 0;
    const client = async () => {
      while (performance.now() < until) if ((await ask()) === 204) answered++;
    };
    await Promise.all(Array.from({ length: 20 }, client));
    return answered / (SECONDS / 2);
  }

  /** Useful answers a second to clients who come at a given rate, whether or not those before them were answered. */
  async function usefulAt(rate: number): Promise<{ rate: number; statuses: Set<number> }> {
    const asked: Promise<number>[] = [];
    const started = performance.now();
    const elapsed = () => (performance.now() - started) / 1_000;
    while (elapsed() < SECONDS) {
      while (asked.length < elapsed() * rate) asked.push(ask());
      await pause(5);
    }
    const statuses = await Promise.all(asked);
    return { rate: statuses.filter((status) => status === 204).length / elapsed(), statuses: new Set(statuses) };
  }

  it('goes on answering four fifths of what it can, refuses the rest with 503, and recovers', async () => {
    const before = await capacity();
    const useful = await usefulAt(3 * before);
    const recovered = await Promise.all(Array.from({ length: 20 }, ask));
    const after = await capacity();
    expect([...useful.statuses].sort()).toEqual([204, 503]);
    expect(useful.rate).toBeGreaterThanOrEqual(0.8 * Math.min(before, after));
    expect(recovered.filter((status) => status !== 204)).toEqual([]);
  }, 60_000);
});

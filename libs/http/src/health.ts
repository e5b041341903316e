import type { Gauge } from '@polycloud/lean/prom-client';
import type { Metrics } from './metrics';

/** A part that the service cannot work without: resolves when it is well, throws with the reason when not. */
export type HealthCheck = () => Promise<unknown>;

interface Readiness {
  status: 'pass' | 'fail';
  checks: Record<string, { status: 'pass' | 'fail'; reason?: string }>;
}

/** Where machines ask how the process is; they are answered whatever it has to do. */
export const PROBES: ReadonlySet<string> = new Set(['/livez', '/healthz', '/readyz', '/metrics']);

const CHECK_LIMIT_MS = 1_000;
const KEEP_MS = 1_000;

/** Asks all parts side by side, each for a second at most, and keeps the answer for a second. Draining is not ready. */
export class Health {
  private kept?: { until: number; answer: Promise<Readiness> };
  draining = false;

  private up?: Gauge<'check'>;
  private took?: Gauge<'check'>;

  constructor(private readonly checks: Record<string, HealthCheck>) {}

  /** Shows how each part is, and how long it took to say so. */
  showIn(metrics: Metrics): void {
    this.up = metrics.gauge('health_check_up', '1 while a part that the service needs is well, otherwise 0', 'check');
    this.took = metrics.gauge('health_check_duration_seconds', 'How long the last look at a part took', 'check');
    metrics.beforeText(() => this.readiness());
  }

  async readiness(): Promise<Readiness> {
    if (this.draining) return { status: 'fail', checks: { process: { status: 'fail', reason: 'draining' } } };
    // By a clock that nobody sets: one that is set back would have the answer kept for as long.
    const now = performance.now();
    if (!this.kept || this.kept.until < now) this.kept = { until: now + KEEP_MS, answer: this.ask() };
    return this.kept.answer;
  }

  private async ask(): Promise<Readiness> {
    const answers = await Promise.all(
      Object.entries(this.checks).map(async ([name, check]) => [name, await this.outcomeOf(name, check)] as const),
    );
    const status = answers.every(([, { status }]) => status === 'pass') ? 'pass' : 'fail';
    return { status, checks: Object.fromEntries(answers) };
  }

  private async outcomeOf(name: string, check: HealthCheck): Promise<{ status: 'pass' | 'fail'; reason?: string }> {
    const started = performance.now();
    const outcome = await outcomeOf(check);
    this.up?.set({ check: name }, outcome.status === 'pass' ? 1 : 0);
    this.took?.set({ check: name }, (performance.now() - started) / 1000);
    return outcome;
  }
}

async function outcomeOf(check: HealthCheck): Promise<{ status: 'pass' | 'fail'; reason?: string }> {
  const { promise, cancel } = limit();
  try {
    await Promise.race([check(), promise]);
    return { status: 'pass' };
  } catch (error) {
    return { status: 'fail', reason: error instanceof Error ? reasonOf(error) : 'failed' };
  } finally {
    cancel();
  }
}

/** A driver's message may name hosts and users, so only its code leaves the service; our own reasons are told. */
function reasonOf(error: Error): string {
  const code = (error as { code?: unknown; parent?: { code?: unknown } }).parent?.code ?? (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : error.name === 'Error' ? error.message : error.name;
}

function limit(): { promise: Promise<never>; cancel: () => void } {
  let timer: NodeJS.Timeout;
  const promise = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_LIMIT_MS} ms`)), CHECK_LIMIT_MS);
  });
  return { promise, cancel: () => clearTimeout(timer) };
}

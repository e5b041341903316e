import type { Infer, ServiceHealth } from '@polycloud/contracts';
import { Pool } from '@polycloud/lean/undici';

type Health = Infer<typeof ServiceHealth>;

const ANSWER_MS = 2_000;

/** One of the services behind the gateway. */
export class Upstream {
  private readonly pool: Pool;

  constructor(
    readonly name: string,
    readonly url: string,
  ) {
    this.pool = new Pool(url, { connections: 4, connect: { timeout: 1_000 } });
  }

  /** How the service is; one that does not answer within two seconds is failing. */
  async health(): Promise<Health> {
    try {
      const answer = await this.pool.request({ method: 'GET', path: '/readyz', signal: AbortSignal.timeout(ANSWER_MS) });
      const { status, checks, figures } = (await answer.body.json()) as Omit<Health, 'service'>;
      return { service: this.name, status, checks, ...(figures && { figures }) };
    } catch {
      return { service: this.name, status: 'fail', checks: { process: { status: 'fail', reason: 'it does not answer' } } };
    }
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

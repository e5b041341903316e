import type { Infer, SystemStatus } from '@polycloud/contracts';
import type { Upstream } from '../service/upstream';

/** How the whole is: all services are asked side by side. */
export class StatusBo {
  constructor(private readonly upstreams: readonly Upstream[]) {}

  async status(): Promise<Infer<typeof SystemStatus>> {
    const services = await Promise.all(this.upstreams.map((upstream) => upstream.health()));
    return { status: services.every(({ status }) => status === 'pass') ? 'pass' : 'fail', services };
  }
}

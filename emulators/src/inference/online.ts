import { Refusal } from './failure';
import { score } from './model';

/** How each provider refuses for these reasons. */
interface Refusals {
  missing: () => Refusal;
  starting: () => Refusal;
  broken: () => Refusal;
}

/** Endpoints of every provider: `missing`, `starting` (ready at the second call) and `broken` behave so; all others score. */
export class Endpoints {
  private readonly started = new Set<string>();

  predict(endpoint: string, rows: readonly Record<string, unknown>[], refusals: Refusals): number[] {
    if (endpoint === 'missing') throw refusals.missing();
    if (endpoint === 'broken') throw refusals.broken();
    if (endpoint.startsWith('starting') && !this.started.has(endpoint)) {
      this.started.add(endpoint);
      throw refusals.starting();
    }
    return rows.map(score);
  }
}

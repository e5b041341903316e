import { AwsError } from './aws-error';

const PROBABILITIES = ['duplicate', 'reorder', 'receiveLost', 'deleteLost', 'sendAckLost', 'publishPartial'] as const;
export type Fault = (typeof PROBABILITIES)[number];

/** How often each fault strikes, 0..1; `delayMs` is the longest extra delay of a message; `seed` makes the run repeatable. */
export type FaultSettings = Partial<Record<Fault, number>> & { seed?: number; delayMs?: number };

/** Decides from one seeded sequence which faults strike, and counts them. */
export class Faults {
  private settings: FaultSettings = {};
  private random = generator(1);
  private counters = new Map<string, number>();

  constructor(settings: FaultSettings = {}) {
    this.set(settings);
  }

  /** Replaces all settings and restarts the sequence and the counters. @throws AwsError for a setting out of range */
  set(settings: FaultSettings): void {
    for (const [name, value] of Object.entries(settings)) {
      const limit = PROBABILITIES.includes(name as Fault) ? 1 : name === 'seed' || name === 'delayMs' ? Infinity : NaN;
      if (!(typeof value === 'number' && value >= 0 && value <= limit)) {
        throw new AwsError('InvalidFault', 400, `${name} must be a known fault with a number in its range`);
      }
    }
    this.settings = settings;
    this.random = generator(settings.seed ?? 1);
    this.counters = new Map();
  }

  /** Whether this fault strikes now. A fault that is off leaves the sequence alone. */
  strikes(fault: Fault): boolean {
    const probability = this.settings[fault] ?? 0;
    return probability > 0 && this.random() < probability && this.counted(fault);
  }

  /** Extra delay of a message in milliseconds. */
  delay(): number {
    const delayMs = this.settings.delayMs ?? 0;
    return delayMs > 0 && this.counted('delayMs') ? Math.floor(this.random() * (delayMs + 1)) : 0;
  }

  report(): { settings: FaultSettings; injected: Record<string, number> } {
    return { settings: this.settings, injected: Object.fromEntries(this.counters) };
  }

  private counted(name: string): true {
    this.counters.set(name, (this.counters.get(name) ?? 0) + 1);
    return true;
  }
}

/** Mulberry32: 32 bits of state are enough to replay a schedule of faults. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

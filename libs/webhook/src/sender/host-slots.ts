interface Line {
  taken: number;
  waiting: Set<() => void>;
}

/** At most `limit` holders a host at a time; whoever comes later waits in order, so that no victim is flooded through us. */
export class HostSlots {
  private readonly lines = new Map<string, Line>();

  constructor(private readonly limit: number) {}

  /** Waits for a slot and resolves to what gives it back. Rejects with the signal's reason when that comes first. */
  async take(host: string, signal: AbortSignal): Promise<() => void> {
    const line = this.lines.get(host) ?? { taken: 0, waiting: new Set() };
    this.lines.set(host, line);
    if (line.taken < this.limit) line.taken += 1;
    else await turn(line, signal);
    return () => this.release(host, line);
  }

  private release(host: string, line: Line): void {
    const [next] = line.waiting;
    if (next) return next();
    line.taken -= 1;
    if (line.taken === 0) this.lines.delete(host);
  }
}

function turn({ waiting }: Line, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.delete(enter);
      reject(signal.reason as Error);
    };
    const enter = () => {
      waiting.delete(enter);
      signal.removeEventListener('abort', leave);
      resolve();
    };
    waiting.add(enter);
    signal.addEventListener('abort', leave, { once: true });
  });
}

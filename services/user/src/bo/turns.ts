import { WaitingLine } from './waiting-line';

/** A waiting line for each key. Keys that nobody uses are forgotten. */
export class Turns {
  private readonly lines = new Map<string, { line: WaitingLine; users: number }>();

  constructor(private readonly atATime: number) {}

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const entry = this.lines.get(key) ?? { line: new WaitingLine(this.atATime), users: 0 };
    this.lines.set(key, entry);
    entry.users++;
    try {
      return await entry.line.run(work);
    } finally {
      if (--entry.users === 0) this.lines.delete(key);
    }
  }
}

import type { Metrics, Sample } from './metrics';

const EVERY_MS = 60_000;

type Labels = Record<string, string>;
type Lines = Map<string, { labels: Labels; values: Record<string, number> }>;

/**
 * Writes the numbers of a process once a minute as lines of CloudWatch's embedded metric format, of which CloudWatch makes
 * metrics by itself. What only grows is written as what was added since the last time, since CloudWatch sums what it reads.
 */
export class EmfWriter {
  private readonly before = new Map<string, number>();
  private readonly timer = setInterval(() => void this.write(), EVERY_MS).unref();

  /** `out` takes whole lines; they must reach the log as they are, without what a logger would put in front. */
  constructor(
    private readonly metrics: Metrics,
    private readonly namespace: string,
    private readonly out: (line: string) => unknown = (line) => process.stdout.write(line),
  ) {}

  async write(): Promise<void> {
    const lines: Lines = new Map();
    for (const sample of await this.metrics.samples()) this.add(sample, lines);
    for (const { labels, values } of lines.values()) this.out(`${JSON.stringify(this.lineOf(labels, values))}\n`);
  }

  /** Writes what has come since the last minute. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  /** Numbers with the same labels share a line. */
  private add({ name, labels, value, grows }: Sample, lines: Lines): void {
    const place = JSON.stringify(Object.entries(labels).sort());
    const told = grows ? this.addedTo(`${name}${place}`, value) : value;
    if (grows && told === 0) return;
    const line = lines.get(place) ?? { labels, values: {} };
    line.values[name] = told;
    lines.set(place, line);
  }

  private addedTo(key: string, value: number): number {
    const added = value - (this.before.get(key) ?? 0);
    this.before.set(key, value);
    return added;
  }

  private lineOf(labels: Labels, values: Record<string, number>): object {
    const Metrics = Object.keys(values).map((Name) => ({ Name, Unit: unitOf(Name) }));
    const CloudWatchMetrics = [{ Namespace: this.namespace, Dimensions: [Object.keys(labels)], Metrics }];
    return { _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...labels, ...values };
  }
}

function unitOf(name: string): string {
  if (/_(total|count)$/.test(name)) return 'Count';
  if (/_seconds(_sum)?$/.test(name)) return 'Seconds';
  return 'None';
}

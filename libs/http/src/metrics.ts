import { statfs } from 'node:fs/promises';
import { Gauge, Histogram, type Observer, register, Registry } from '@polycloud/lean/prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const KEEP_MS = 1_000;

type Figures = Record<string, number>;

/** One number at a moment; one that grows counts from the start of the process. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
  grows: boolean;
}

/** Several figures that are read together: what each is called and means, and how they are read. */
export interface FigureSource {
  help: Readonly<Record<string, string>>;
  read(): Promise<Figures>;
}

/**
 * The numbers of one service, in Prometheus' form and under OpenTelemetry's names at `GET /metrics`. What libraries count
 * for the whole process (calls, breakers, pools) is shown with them.
 */
export class Metrics {
  /** For what the service itself counts. */
  readonly registry = new Registry();
  /** For what Node itself shows: memory, event loop, garbage collection. */
  private readonly runtime = new Registry();
  private readonly duration: Histogram;
  /** The duration's row of each answer that was given before: to find it by its labels takes longer than to count. */
  private readonly durations = new Map<string, Observer<string>>();
  private active = 0;
  private readonly looks: (() => Promise<unknown>)[] = [];
  private readonly sources: (() => Promise<Figures>)[] = [];
  private runtimeShown?: Promise<void>;

  constructor(private readonly service: string) {
    this.registry.setDefaultLabels({ service });
    this.runtime.setDefaultLabels({ service });
    const registers = [this.registry];
    this.duration = new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of answered requests by route template',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
      buckets: SECONDS,
      registers,
    });
    const activeNow = () => this.active;
    new Gauge({
      ...{ name: 'http_server_active_requests', help: 'Requests that are being answered', registers },
      collect() {
        this.set(activeNow());
      },
    });
    this.showDisk();
  }

  /** Shows how full the disk is on which the process works. */
  private showDisk(): void {
    const free = new Gauge({
      name: 'filesystem_free_ratio',
      help: 'Free part of the working disk, 0 to 1',
      registers: [this.registry],
    });
    this.beforeText(async () => {
      const { bavail, blocks } = await statfs('.');
      free.set(blocks === 0 ? 1 : bavail / blocks);
    });
  }

  /** A request has come; the function that is returned is told its answer, and tells how long it took, milliseconds. */
  begin(): (route: string, method: string, status: number) => number {
    const started = performance.now();
    this.active++;
    return (route, method, status) => {
      this.active--;
      const ms = performance.now() - started;
      this.durationOf(method, route, String(status)).observe(ms / 1000);
      return ms;
    };
  }

  private durationOf(method: string, route: string, status: string): Observer<string> {
    const answer = `${method} ${status} ${route}`;
    const known = this.durations.get(answer);
    if (known) return known;
    const labels = { http_request_method: method, http_route: route, http_response_status_code: status };
    const row = this.duration.labels(labels);
    this.durations.set(answer, row);
    return row;
  }

  /** Shows figures that are read when somebody looks, at most once a second. A figure that cannot be read is absent. */
  show(source: FigureSource): void {
    const kept = keptFor(KEEP_MS, () => source.read());
    this.sources.push(kept);
    for (const [name, text] of Object.entries(source.help)) {
      const gauge = new Gauge({ name, help: text, registers: [this.registry] });
      this.beforeText(async () => {
        const value = (await kept().catch((): Figures => ({})))[name];
        if (value === undefined) gauge.remove();
        else gauge.set(value);
      });
    }
  }

  /** All figures that can be read at the moment. */
  async figures(): Promise<Figures> {
    const read = await Promise.allSettled(this.sources.map((source) => source()));
    return Object.assign({}, ...read.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : {}))) as Figures;
  }

  /** A gauge with one label, set whenever its owner knows more. */
  gauge<L extends string>(name: string, help: string, label: L): Gauge<L> {
    return new Gauge({ name, help, labelNames: [label], registers: [this.registry] });
  }

  /** Has something looked at before the numbers are shown. */
  beforeText(look: () => Promise<unknown>): void {
    this.looks.push(look);
  }

  readonly contentType = this.registry.contentType;

  /** Everything as text. */
  async text(): Promise<string> {
    await Promise.all([this.lookAround(), (this.runtimeShown ??= this.showRuntime())]);
    return (await Promise.all([this.registry, this.runtime, register].map((registry) => registry.metrics()))).join('\n');
  }

  /** What the service and its libraries count, sums and counts in place of buckets; what Node itself shows is left out. */
  async samples(): Promise<Sample[]> {
    await this.lookAround();
    const counted = await Promise.all([this.registry, register].map((registry) => registry.getMetricsAsJSON()));
    return counted.flat().flatMap((metric) => samplesOf(metric as unknown as Counted, this.service));
  }

  /** Node's own numbers count from the first look on: loading them takes 35 ms that no start should wait for. */
  private async showRuntime(): Promise<void> {
    const { collectDefaultMetrics } = await import('prom-client');
    collectDefaultMetrics({ register: this.runtime });
  }

  private lookAround(): Promise<unknown> {
    return Promise.all(this.looks.map((look) => look()));
  }
}

/** A metric as prom-client gives it: a histogram's values bear names of their own. */
interface Counted {
  name: string;
  type: string;
  values: { value: number; labels: Record<string, string | number>; metricName?: string }[];
}

const samplesOf = ({ name, type, values }: Counted, service: string): Sample[] =>
  values
    .filter(({ metricName }) => !metricName?.endsWith('_bucket'))
    .map(({ value, labels, metricName = name }) => ({
      name: metricName,
      labels: Object.fromEntries(Object.entries({ service, ...labels }).map(([label, word]) => [label, String(word)])),
      value,
      grows: type !== 'gauge',
    }));

function keptFor<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let kept: { until: number; value: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (!kept || kept.until < now) kept = { until: now + ms, value: read() };
    return kept.value;
  };
}

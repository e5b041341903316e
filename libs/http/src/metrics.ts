import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The numbers of one service, in Prometheus' form at `GET /metrics`. */
export class Metrics {
  readonly registry = new Registry();
  private readonly duration: Histogram<'method' | 'route' | 'status'>;

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    this.duration = new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of answered requests by route template',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [this.registry],
    });
  }

  answered(labels: { method: string; route: string; status: number }, seconds: number): void {
    this.duration.observe({ ...labels, status: String(labels.status) }, seconds);
  }
}

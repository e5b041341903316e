import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes: { key: string; value: { stringValue?: string } }[];
}
interface Exported {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
}

const OF_A_SERVER = 2;
const PRELOAD = join(__dirname, '../dist/register.js');

/** Starts the services with the preload, and with what the test says of OpenTelemetry. */
async function start(environment: Record<string, string>): Promise<{ child: ChildProcess; url: string; instrumented: boolean }> {
  const child = fork(join(__dirname, 'fixtures/traced-services.js'), {
    execArgv: ['--require', PRELOAD],
    env: { ...process.env, ...environment },
  });
  const [told] = (await once(child, 'message')) as [{ url: string; instrumented: boolean }];
  return { child, ...told };
}

describe('tracing', () => {
  it('follows a request through a call and a message, when the usual variables ask for it', async () => {
    const spans: Span[] = [];
    const collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as Exported;
          spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
          response.end('{}');
        });
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const services = await start({
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_NODE_RESOURCE_DETECTORS: 'none',
    });
    expect((await fetch(`${services.url}/outer`)).status).toBe(204);

    const pathOf = ({ attributes }: Span) => attributes.find(({ key }) => key === 'url.path')?.value.stringValue;
    const answered = (path: string) => spans.find((span) => span.kind === OF_A_SERVER && pathOf(span) === path);
    while (!answered('/late') || !answered('/outer')) await new Promise((resolve) => setTimeout(resolve, 50));
    const traces = ['/outer', '/inner', '/late'].map((path) => answered(path)?.traceId);
    expect(new Set(traces).size).toBe(1);
    expect(traces[0]).toMatch(/^[0-9a-f]{32}$/);

    services.child.kill('SIGKILL');
    await once(services.child, 'exit');
    collector.closeAllConnections();
    collector.close();
  }, 60_000);

  it('loads nothing when they do not', async () => {
    const off = await start({ OTEL_TRACES_EXPORTER: 'none' });
    expect(off.instrumented).toBe(false);
    off.child.kill('SIGKILL');
    await once(off.child, 'exit');
    const on = await start({
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_NODE_RESOURCE_DETECTORS: 'none',
    });
    expect(on.instrumented).toBe(true);
    on.child.kill('SIGKILL');
    await once(on.child, 'exit');
  }, 60_000);
});

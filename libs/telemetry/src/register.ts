import type * as api from '@opentelemetry/api';
import { followTraces } from '@polycloud/context';

/**
 * The first import of every main file. It switches OpenTelemetry on when its usual variables name an exporter, and loads
 * nothing otherwise. It must run before the packages that it instruments, so it cannot wait for the configuration to be read.
 */
// eslint-disable-next-line no-restricted-properties -- these variables are OpenTelemetry's, and it reads them itself
const environment = process.env;

const EXPORTERS = ['OTEL_TRACES_EXPORTER', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
const wanted = EXPORTERS.map((name) => environment[name]).some((value) => value && value !== 'none');

if (wanted && environment['OTEL_SDK_DISABLED'] !== 'true') {
  // One span a socket, a name and a middleware would hide those of the work; cloud metadata is asked for only on demand.
  environment['OTEL_NODE_DISABLED_INSTRUMENTATIONS'] ??= 'dns,net,fs,router';
  environment['OTEL_NODE_RESOURCE_DETECTORS'] ??= 'env,host,process';
  if (environment['SERVICE_NAME']) environment['OTEL_SERVICE_NAME'] ??= environment['SERVICE_NAME'];
  // A conditional import at the top of a file has to be a require.
  /* eslint-disable @typescript-eslint/no-require-imports */
  require('@opentelemetry/auto-instrumentations-node/register');
  followTraces(require('@opentelemetry/api') as typeof api);
  /* eslint-enable @typescript-eslint/no-require-imports */
}

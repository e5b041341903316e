import { loadEnvironment } from '@polycloud/config';
import { createLogger, type Logger } from '@polycloud/logger';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { RunningService } from './serve';

/** A Lambda function behind an HTTP API (payload format 2.0). */
export type HttpHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/** The PORT of a service that listens nowhere, because another program hands it the requests. */
export const NO_PORT = -1;

const TEXT = /^(text\/|application\/([\w.-]+\+)?json)/;

type Leveled = { LOG_LEVEL: string };

/** What is built from the settings: as `Program`, for another host than a process of its own. */
export interface Buildable<C extends Leveled, T> {
  name: string;
  config: () => C;
  start: (config: C, logger: Logger) => Promise<T>;
}

/** A service as its main file starts it. */
export type HttpProgram<C extends Leveled & { PORT: number }> = Buildable<C, RunningService>;

type Proxy = (event: APIGatewayProxyEventV2, context: Context, callback: undefined) => Promise<APIGatewayProxyStructuredResultV2>;

/** Whether an answer must travel in base64: all that is not surely text. */
const isBinary = ({ headers }: { headers: Record<string, string | undefined> }) =>
  headers['content-encoding'] !== undefined || !TEXT.test(headers['content-type'] ?? 'text/plain');

/** The service as a Lambda function: the same graph and routes, with no port of its own. */
export function lambdaHandler<C extends Leveled & { PORT: number }>({ name, config, start }: HttpProgram<C>): HttpHandler {
  const proxy = onceBuilt({
    name,
    config,
    start: async (settings, logger) => {
      // Loaded here alone: a process of its own has no use for it, and starts sooner without.
      const { configure } = await import('@codegenie/serverless-express');
      const { app } = await start({ ...settings, PORT: NO_PORT }, logger);
      return configure({ app, binarySettings: { isBinary } }) as unknown as Proxy;
    },
  });
  return async (event, context) => {
    // Pools stay open between events; waiting for them would end each event by its time limit.
    context.callbackWaitsForEmptyEventLoop = false;
    return (await proxy())(event, context, undefined);
  };
}

/**
 * What a Lambda function builds with its first event and keeps for all events of its instance. An attempt that failed is
 * made again with the next event.
 */
export function onceBuilt<C extends Leveled, T>({ name, config, start }: Buildable<C, T>): () => Promise<T> {
  let built: Promise<T> | undefined;
  const attempt = async () => {
    const warnings = await loadEnvironment(name);
    const settings = config();
    const logger = createLogger({ service: name, level: settings.LOG_LEVEL });
    for (const warning of warnings) logger.warn(warning);
    return start(settings, logger);
  };
  return () =>
    (built ??= attempt().catch((error: unknown) => {
      built = undefined;
      throw error;
    }));
}

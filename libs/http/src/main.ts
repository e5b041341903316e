import { setFlagsFromString } from 'node:v8';
import { loadEnvironment } from '@polycloud/config';
import { bufferedStdout, createLogger, type Logger } from '@polycloud/logger';

const HARD_EXIT_MS = 20_000;

/** Something that runs until it is told to stop. */
export interface Stoppable {
  stop(): Promise<void>;
}

/** A main file: what it is called, what it is configured with, and how it starts. */
export interface Program<C extends { LOG_LEVEL: string }> {
  name: string;
  /** Reads the settings once the environment has been gathered from its sources. */
  config: () => C;
  start: (config: C, logger: Logger) => Promise<Stoppable>;
}

/**
 * Runs a program as a process: tells pm2 that it is ready, stops it in order on SIGINT and SIGTERM, and never goes on
 * after an error that nobody caught. A wrong setting or a taken port ends it with one clear message and exit code 1.
 */
export async function runAsProcess<C extends { LOG_LEVEL: string }>({ name, config: read, start }: Program<C>): Promise<void> {
  keepRequestsYoung();
  const stream = bufferedStdout();
  let logger = createLogger({ service: name, level: 'info', stream });
  try {
    const warnings = await loadEnvironment(name);
    const config = read();
    logger = createLogger({ service: name, level: config.LOG_LEVEL, stream });
    for (const warning of warnings) logger.warn(warning);
    stopOnSignal(await start(config, logger), logger);
    process.send?.('ready');
  } catch (error) {
    logger.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 100);
  }
}

/**
 * V8 learns which objects live long and puts the next of their kind among the old at once. In a server that is mistaken
 * for what belongs to requests, which then waits, with all that it holds, for a full collection: up to a third of the
 * processor's time went there.
 */
function keepRequestsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

function stopOnSignal(running: Stoppable, logger: Logger): void {
  let stopping = false;
  const stop = (code: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), HARD_EXIT_MS).unref();
    void running
      .stop()
      .catch((error: unknown) => logger.error('stopping failed', { error }))
      .finally(() => process.exit(code));
  };
  const defect = (kind: string) => (error: unknown) => {
    logger.error(kind, { error });
    stop(1);
  };
  process.once('SIGINT', () => stop(0)).once('SIGTERM', () => stop(0));
  process.on('uncaughtException', defect('uncaught exception')).on('unhandledRejection', defect('unhandled rejection'));
}

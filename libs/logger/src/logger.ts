import { currentContext } from '@polycloud/context';
import winston from 'winston';
import Transport from 'winston-transport';
import { redact } from './redact';

/** Where winston keeps the text of a line. */
const MESSAGE = Symbol.for('message');

export type LogFields = Record<string, unknown>;

/** What the code logs with. Levels: error, warn, info, debug. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  readonly debugEnabled: boolean;
}

/**
 * JSON lines on standard output: time, level, service, requestId, userId, message, fields. Values under
 * secret-sounding names are masked.
 */
export function createLogger(options: { service: string; level: string; stream?: NodeJS.WritableStream }): Logger {
  const line = winston.format.printf(({ level, message, fields }) => {
    const context = currentContext();
    return JSON.stringify({
      time: timeText(),
      level,
      service: options.service,
      requestId: context?.requestId,
      userId: context?.userId,
      message,
      ...(redact(fields) as object),
    });
  });
  const transports = [new LineTransport(options.stream ?? process.stdout)];
  const inner = winston.createLogger({ level: options.level, format: line, transports });
  // A line that winston drops costs nearly what one that it writes does.
  const at = (level: string): Logger['info'] =>
    inner.isLevelEnabled(level) ? (message, fields) => void inner.log({ level, message, fields }) : () => undefined;
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), debugEnabled: inner.isDebugEnabled() };
}

let lastTime = 0;
let lastText = '';

/** Many lines fall into one millisecond: to write out the time would take a fifth of each. */
function timeText(): string {
  const now = Date.now();
  if (now !== lastTime) {
    lastTime = now;
    lastText = new Date(now).toISOString();
  }
  return lastText;
}

/** Writes lines and nothing else: winston's own transport of streams announces each line in a turn of its own, at twice the cost. */
class LineTransport extends Transport {
  constructor(private readonly stream: NodeJS.WritableStream) {
    super();
  }

  override log(info: Record<symbol, string>, next: () => void): void {
    this.stream.write(`${info[MESSAGE]}\n`);
    next();
  }
}

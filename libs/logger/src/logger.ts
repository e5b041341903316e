import { currentContext } from '@polycloud/context';
import winston from 'winston';
import { redact } from './redact';

/** Where winston keeps the text of a line. */
const MESSAGE = Symbol.for('message');

/** Where lines go, such as a stream. */
export interface Output {
  write(text: string): unknown;
}

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
export function createLogger(options: { service: string; level: string; stream?: Output }): Logger {
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
  const output = options.stream ?? process.stdout;
  const inner = winston.createLogger({ level: options.level, format: line });
  // Straight to the output: the streams that winston has for several transports cost as much as a line.
  inner.write = (info: winston.Logform.TransformableInfo) => {
    const { [MESSAGE]: text } = line.transform(info) as Record<symbol, string>;
    output.write(`${text}\n`);
    return true;
  };
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

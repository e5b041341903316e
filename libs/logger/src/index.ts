export { bufferedStdout } from './buffered-stdout';
export { createLogger, type LogFields, type Logger, type Output } from './logger';
export { redact } from './redact';
export { traceCalls } from './trace';

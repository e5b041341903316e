const SECRET_NAME =
  /pass(word|wd|phrase)|secret|token|authorization|cookie|api-?key|account-?key|private-?key|credential|otp|code$|hash$/i;
const MAX_TEXT = 4096;
const MOST_NAMES = 1_000;

/** A copy that is fit for a log: values under secret-sounding names are masked, long texts cut, depth bounded. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return value.toISOString();
  if (depth >= 5) return '…';
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => redact(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[name];
    copy[name] = typeof item === 'string' && soundsSecret(name) ? '***' : redact(item, depth + 1);
  }
  return copy;
}

const judged = new Map<string, boolean>();

/** Lines bear the same few names again and again; what strangers name does not stay. */
function soundsSecret(name: string): boolean {
  const known = judged.get(name);
  if (known !== undefined) return known;
  if (judged.size >= MOST_NAMES) judged.clear();
  const secret = SECRET_NAME.test(name);
  judged.set(name, secret);
  return secret;
}

/** An error with its chain of causes. */
function describeError(error: Error): Record<string, unknown> {
  return {
    type: error.name,
    message: error.message.slice(0, MAX_TEXT),
    stack: error.stack,
    ...(error.cause instanceof Error && { cause: describeError(error.cause) }),
  };
}

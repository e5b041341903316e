import type { IncomingMessage } from 'node:http';

/**
 * Which of these headers (lower case) stand more than once in a request. Node joins or drops the second one, and proxies
 * differ on which counts.
 */
export function repeatedOf(names: ReadonlySet<string>, { rawHeaders }: IncomingMessage): string[] {
  const seen: string[] = [];
  const repeated: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (names.has(name)) (seen.includes(name) ? repeated : seen).push(name);
  }
  return repeated;
}

const DEFAULT_PORT: Record<string, string> = { 'http:': '80', 'https:': '443' };

/**
 * Why a server may not connect to an address that a user gave, or undefined when the operator allows its host and port.
 * Names are compared as written: what they resolve to is the operator's to know.
 */
export function endpointDefect(endpoint: string, allowed: readonly string[]): string | undefined {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const port = url && (url.port || DEFAULT_PORT[url.protocol]);
  if (!url || !port) return 'is not an http or https address';
  if (url.username || url.password) return 'carries credentials';
  if (url.search || url.hash) return 'carries a query or fragment';
  const known = allowed.map((entry) => entry.trim().toLowerCase());
  return known.includes(`${url.hostname}:${port}`)
    ? undefined
    : `names the host ${url.hostname}:${port}, which the operator does not allow`;
}

import { LRUCache } from 'lru-cache';

type TokenHeader = Readonly<Record<string, unknown>>;

/** All tokens of one key have the same header, so it is read once; strangers' headers push one another out. */
const known = new LRUCache<string, TokenHeader>({ max: 100 });

/** The header of a signed token as it claims to be; nothing of it is verified. Undefined for what is no token. */
export function tokenHeaderOf(token: string): TokenHeader | undefined {
  const part = token.slice(0, Math.max(0, token.indexOf('.')));
  const header = known.get(part) ?? parsed(part);
  if (header) known.set(part, header);
  return header;
}

function parsed(part: string): TokenHeader | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof header === 'object' && header !== null ? (header as TokenHeader) : undefined;
  } catch {
    return undefined;
  }
}

import { isIPv6 } from 'node:net';

/** Where a request came from: the address, and what the client calls itself. */
export interface Client {
  address: string;
  userAgent: string;
}

/** The network that one customer of a provider has: the IPv4 address, or the /64 of an IPv6 one. */
export function networkOf(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(bare)) return bare;
  const [left = '', right = ''] = bare.split('::');
  const [head, tail] = [left, right].map((half) => (half === '' ? [] : half.split(':')));
  const zeros = new Array<string>(Math.max(0, 8 - (head?.length ?? 0) - (tail?.length ?? 0))).fill('0');
  const groups = bare.includes('::') ? [...(head ?? []), ...zeros, ...(tail ?? [])] : bare.split(':');
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

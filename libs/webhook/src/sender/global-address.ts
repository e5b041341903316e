import { isIP } from 'node:net';
import * as ipaddr from 'ipaddr.js';

/** The only part of IPv6 that is given out for the open internet; IPv4-compatible addresses and NAT64 lie outside of it. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Azure's host agent answers every virtual machine here, although the address is from a public range. */
const AZURE_HOST_AGENT = '168.63.129.16';

/** Whether a literal address is a unicast address of the open internet: none that is private, special, or hides an IPv4 address. */
export function isGlobalAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv6 ? parsed.match(GLOBAL_IPV6) : address !== AZURE_HOST_AGENT;
}

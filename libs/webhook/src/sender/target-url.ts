import { isIP } from 'node:net';
import { isGlobalAddress } from './global-address';

/** What an operator allows users to name. */
export interface TargetPolicy {
  allowPrivate: boolean;
  ports: readonly number[];
}

/** A URL that may not be called; the message says why, in terms of the URL alone. */
export class RefusedTarget extends Error {}

const MAX_LENGTH = 2048;

/** White space, control characters and backslashes: other parsers read them otherwise than this one does. */
const AMBIGUOUS = /[\s\\\p{Cc}]/u;

/** Names of this machine or this network, and top-level names that the public DNS does not have. */
const INTERNAL_NAME = /^[^.]+$|\.$|\.(localhost|local|internal|intranet|lan|home|corp|test|invalid|onion|home\.arpa)$/;

/**
 * The parsed URL, if nothing in it forbids the call. Names are not resolved here: what a name points to is vetted at
 * each connection. Throws RefusedTarget.
 */
export function parseTarget(text: string, policy: TargetPolicy): URL {
  if (text.length > MAX_LENGTH) throw new RefusedTarget(`The URL is longer than ${MAX_LENGTH} characters`);
  if (AMBIGUOUS.test(text) || !URL.canParse(text)) throw new RefusedTarget('This is not a URL');
  const url = new URL(text);
  if (url.username || url.password) throw new RefusedTarget('The URL may not carry a user name or a password');
  if (policy.allowPrivate) refuseUnless(url.protocol === 'http:' || isHttps(url), 'The URL must begin with https:// or http://');
  else refuseInternal(url, policy.ports);
  return url;
}

function refuseInternal(url: URL, ports: readonly number[]): void {
  refuseUnless(isHttps(url), 'The URL must begin with https://');
  refuseUnless(ports.includes(Number(url.port || 443)), `The port must be one of ${ports.join(', ')}`);
  const host = hostOf(url);
  const isPublic = isIP(host) ? isGlobalAddress(host) : !INTERNAL_NAME.test(host);
  refuseUnless(isPublic, 'The host must be a public one');
}

/** The host without the brackets that a URL puts around an IPv6 address. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

const isHttps = ({ protocol }: URL): boolean => protocol === 'https:';

function refuseUnless(holds: boolean, reason: string): void {
  if (!holds) throw new RefusedTarget(reason);
}

import { lookup, Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isGlobalAddress } from './global-address';

/** Every IPv4 and IPv6 address of a host name. Rejects when there is none. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** A name that does not resolve, or not to public addresses only. Which of the two stays unsaid: it would map our network. */
export class RefusedName extends Error {}

/** As the machine itself resolves, its hosts file included. */
export const systemAddresses: Resolve = async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address);

/**
 * From DNS alone. The system's own look-up also reads the hosts file and search domains, and holds one of few threads
 * while it waits: a few slow name servers would stall the file system of the whole process.
 */
export function dnsAddresses(timeoutMs: number, servers?: string[]): Resolve {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (servers) resolver.setServers(servers);
  return async (hostname) => {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  };
}

/**
 * A look-up for sockets: what it vets is what the socket connects to, so a name cannot answer one thing to the check and
 * another to the connection. One address that is not public refuses the whole name.
 */
export function vettedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (hostname, _options, done) => {
    resolve(hostname)
      .then((addresses) => {
        const isAllowed = addresses.length > 0 && (allowPrivate || addresses.every(isGlobalAddress));
        if (!isAllowed) throw new RefusedName();
        return addresses.map((address) => ({ address, family: isIP(address) }));
      })
      .then(
        (vetted) => done(null, vetted),
        (cause: unknown) => done(new RefusedName('The host has no public address', { cause }), []),
      );
  };
}

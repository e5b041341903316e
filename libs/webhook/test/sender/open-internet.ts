import { Socket, type LookupFunction, type TcpNetConnectOpts } from 'node:net';

/**
 * Stands in for the open internet, which tests may not call: a socket that is about to connect to public addresses is
 * led to the loopback instead, after its own look-up was asked as Node asks it. `dialled` lists the addresses it would
 * have connected to. Sockets to the loopback itself are not touched.
 */
export function openInternet(): { dialled: string[]; restore: () => void } {
  const dialled: string[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with its socket
  const connect = Socket.prototype.connect;
  const spy = jest.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    const [options] = (Array.isArray(args[0]) ? args[0] : args) as [TcpNetConnectOpts];
    const { lookup: asked } = options;
    const lookup: LookupFunction = (hostname, question, done) =>
      asked?.(hostname, question, (error, addresses, family) => {
        if (error || !Array.isArray(addresses)) return done(error, addresses, family);
        dialled.push(...addresses.map(({ address }) => address));
        done(null, [{ address: '127.0.0.1', family: 4 }]);
      });
    if (asked) Object.assign(options, { lookup });
    return connect.apply(this, args as Parameters<typeof connect>);
  });
  return { dialled, restore: () => spy.mockRestore() };
}

'use strict';
const net = require('node:net');
const { afterAll, beforeAll, describe, expect, it } = require('@jest/globals');
const { DEFAULT_PORTS, choosePorts, describeHolder, holderOf, isFree, listeningSockets } = require('../ports');

describe('choosing ports', () => {
  it('takes the documented ones by default', () => {
    expect(choosePorts(undefined, undefined)).toEqual(DEFAULT_PORTS);
    expect(choosePorts('', undefined)).toMatchObject({
      gateway: 8080,
      user: 3001,
      'tenant-data': 3004,
      database: 3307,
      azure: 10_000,
    });
  });

  it('moves all of them to PORT_BASE, each to a port of its own', () => {
    const ports = choosePorts('18080', undefined);
    expect(ports).toMatchObject({ gateway: 18_080, user: 18_081, 'tenant-data': 18_084, database: 18_090, inference: 18_095 });
    expect(Object.keys(ports).sort()).toEqual(Object.keys(DEFAULT_PORTS).sort());
    expect(new Set(Object.values(ports)).size).toBe(Object.keys(ports).length);
  });

  it('keeps the ports of the start before until PORT_BASE is given again', () => {
    const before = choosePorts('18080', undefined);
    expect(choosePorts(undefined, before)).toEqual(before);
    expect(choosePorts('19080', before).gateway).toBe(19_080);
  });

  it.each(['abc', '80', '65530', '1.5'])('refuses PORT_BASE=%s and says what is possible', (base) => {
    expect(() => choosePorts(base, undefined)).toThrow(expect.objectContaining({ mend: expect.stringContaining('65520') }));
  });
});

describe('a taken port', () => {
  const server = net.createServer();
  beforeAll(() => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('is not free, and is told with the process that holds it', async () => {
    const { port } = server.address();
    expect(await isFree(port)).toBe(false);
    expect(holderOf(port)).toMatchObject({ pid: process.pid });
    expect(describeHolder('gateway', port)).toMatch(
      new RegExp(`^port ${port} \\(gateway\\) is taken by process ${process.pid}: `),
    );
  });

  it('is found by its socket among those that listen, not among those that are merely connected', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1',
      '   1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1',
      '   2: 0100007F:0BB9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1',
    ].join('\n');
    expect(listeningSockets(table, 8080)).toEqual(['socket:[4711]']);
  });
});

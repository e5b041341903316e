import { isGlobalAddress } from '../../src/sender/global-address';

const SPECIAL: [string, string[]][] = [
  ['this network', ['0.0.0.0', '0.255.255.255']],
  ['private use', ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255']],
  ['carrier-grade NAT', ['100.64.0.0', '100.127.255.255', '100.100.100.200']],
  ['loopback', ['127.0.0.1', '127.255.255.255', '::1']],
  ['link-local', ['169.254.0.0', '169.254.169.254', '169.254.255.255', 'fe80::1', 'febf::1']],
  ['IETF protocol assignments', ['192.0.0.0', '192.0.0.192', '192.0.0.255', '2001:1::1']],
  ['documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.255', '2001:db8::1', '3fff::1']],
  ['6to4 relay anycast', ['192.88.99.1']],
  ['benchmarking', ['198.18.0.0', '198.19.255.255', '2001:2::1']],
  ['multicast', ['224.0.0.1', '239.255.255.255', 'ff02::1']],
  ['reserved', ['240.0.0.0', '255.255.255.254']],
  ['broadcast', ['255.255.255.255']],
  ['AS112 and AMT', ['192.31.196.1', '192.175.48.1', '192.52.193.1', '2001:3::1', '2001:4:112::1']],
  ['the host agent of Azure', ['168.63.129.16']],
  ['unspecified', ['::']],
  ['IPv4-mapped', ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8']],
  ['IPv4-compatible', ['::127.0.0.1', '::7f00:1', '::808:808']],
  ['IPv4-translated', ['::ffff:0:7f00:1']],
  ['NAT64', ['64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::7f00:1']],
  ['discard', ['100::1']],
  ['Teredo', ['2001:0:4136:e378:8000:63bf:3fff:fdd2']],
  ['ORCHID', ['2001:10::1', '2001:20::1']],
  ['6to4', ['2002:7f00:1::', '2002:808:808::1']],
  ['segment routing', ['5f00::1']],
  ['unique local', ['fc00::1', 'fd00:ec2::254']],
  ['site-local', ['fec0::1']],
  ['no assignment', ['1::1', '4000::1', 'e000::1']],
  ['no address at all', ['', 'example.com', '0177.0.0.1', '2130706433', '127.1', '1.1.1.1/8']],
];

const GLOBAL = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '100.63.255.255',
  '100.128.0.0',
].concat([
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450::8a',
]);

describe('isGlobalAddress', () => {
  it.each(SPECIAL.flatMap(([range, addresses]) => addresses.map((address) => [range, address])))(
    'refuses %s: %s',
    (_range, address) => {
      expect(isGlobalAddress(address)).toBe(false);
    },
  );

  it.each(GLOBAL)('takes %s, which lies outside of every special range', (address) => {
    expect(isGlobalAddress(address)).toBe(true);
  });
});

/** URLs that may not be called whatever stands behind them: [why, URL]. `PORT` stands for the port of the canary. */
export const FORBIDDEN_HOSTS: [string, string][] = [
  ...of('loopback', ['127.0.0.1', '127.255.255.254', '[::1]', 'localhost', 'localhost.', 'api.localhost', '127.0.0.1.']),
  ...of('loopback in other numbers', ['127.1', '2130706433', '0x7f000001', '0177.0.0.1', '017700000001', '0x7f.1']),
  ...of('loopback in other letters', ['①②⑦.⓪.⓪.①', '127。0。0。1', '127.0.0.%31']),
  ...of('this host', ['0', '0.0.0.0', '[::]']),
  ...of('loopback inside of IPv6', ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[0:0:0:0:0:ffff:7f00:1]']),
  ...of('loopback behind a translation', ['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[2001:0:4136:e378:8000:63bf:3fff:fdd2]']),
  ...of('metadata of clouds', ['169.254.169.254', '2852039166', '0xa9fea9fe', '[fd00:ec2::254]', '[::ffff:169.254.169.254]']),
  ...of('metadata of clouds', ['metadata.google.internal', '100.100.100.200', '168.63.129.16', '192.0.0.192']),
  ...of('private networks', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '[fc00::1]', '[fe80::1]']),
  ...of('special ranges', [
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
  ]),
  ...of('names of this network', ['order', 'gateway.internal', 'billing.local', 'printer.lan', 'nas.home.arpa', 'hidden.onion']),
];

export const FORBIDDEN_FORMS: [string, string][] = [
  ...[
    'file:///etc/passwd',
    'gopher://example.com/1',
    'ftp://example.com/',
    'dict://example.com:11211/',
    'ldap://example.com/',
  ].map(scheme),
  ...[
    'data:text/plain,x',
    'javascript:alert(1)',
    'http://example.com/',
    'ws://example.com/',
    '//example.com/',
    'example.com',
  ].map(scheme),
  ...of('a user name', [
    'example.com@127.0.0.1',
    'user:word@example.com',
    '127.0.0.1%2f@example.com',
    'example.com%23@127.0.0.1',
  ]),
  ...of('what parsers read differently', [
    'example.com\\@127.0.0.1',
    'exam\tple.com',
    'exam\nple.com',
    'example.com/\r\nX: 1',
    ' example.com',
  ]),
  ['white space at the end', 'https://example.com/ '],
  ['a port that does not exist', 'https://example.com:65536/'],
  ['a URL of eight kilobytes', `https://example.com/${'a'.repeat(8_192)}`],
];

export const FORBIDDEN_PORTS = [22, 25, 80, 3306, 6379, 11_211];

function of(why: string, hosts: string[]): [string, string][] {
  return hosts.map((host) => [why, `https://${host}${/[/?#@]|\s/.test(host) ? '' : ':PORT/'}`]);
}

function scheme(url: string): [string, string] {
  return ['a scheme that is not https', url];
}

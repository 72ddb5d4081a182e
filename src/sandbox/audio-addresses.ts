import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { isLoopbackHost } from '../core/origin';

/** What an address leads to: this machine, its network, the internet, or what no audio is fetched from. */
type AddressKind = 'loopback' | 'private' | 'public' | 'never';

/** A list knows addresses of IPv4 also in the form that IPv6 maps them to (`::ffff:127.0.0.1`). */
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** Not to be reached from the internet: https://www.iana.org/assignments/iana-ipv4-special-registry and the same for IPv6. */
const PRIVATE = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  'fc00::/7',
  'fec0::/10',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
];

const NEVER = [
  // Link-local, where machines in a cloud are told their credentials.
  '169.254.0.0/16',
  'fe80::/10',
  // Where clouds do that beyond link-local: Amazon, Google, Oracle, Scaleway, Alibaba and Azure.
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  'fd00:c1::/32',
  'fd00:42::42/128',
  '192.0.0.192/32',
  '100.100.100.200/32',
  '168.63.129.16/32',
  // "This network", which leads to this machine, multicast, and what is reserved.
  '0.0.0.0/8',
  '224.0.0.0/4',
  '240.0.0.0/4',
  'ff00::/8',
  '100::/64',
  // Addresses of IPv4 in forms that are no longer in use, or that only the network itself uses: 6to4, Teredo, compatible,
  // translated, and local NAT64.
  '2002::/16',
  '2001::/32',
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b:1::/48',
];

/** The prefix by which networks with IPv6 alone reach IPv4 (NAT64, RFC 6052). */
const NAT64 = '64:ff9b::';
const NAT64_BITS = 96;

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
    if (isIPv4(address)) list.addSubnet(`${NAT64}${address}`, NAT64_BITS + Number(bits), 'ipv6');
  }
  return list;
}

const throughNat64 = new BlockList();
throughNat64.addSubnet(NAT64, NAT64_BITS, 'ipv6');
const loopback = listOf(LOOPBACK);
const never = listOf(NEVER);
const withinReach = listOf(PRIVATE);

function kindOf(address: string): AddressKind {
  if (isIP(address) === 0) return 'never';
  const isIn = (list: BlockList) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  // Beyond a gateway its own loopback is another machine.
  if (isIn(loopback)) return isIn(throughNat64) ? 'never' : 'loopback';
  if (isIn(never)) return 'never';
  return isIn(withinReach) ? 'private' : 'public';
}

/** What was asked for, and what is allowed. */
export interface AddressRules {
  /** As URLs have it. */
  readonly hostname: string;
  /** Whether a server led here, and not the person or the page that named the audio. */
  readonly isRedirect: boolean;
  readonly allowsPrivate: boolean;
}

/** Why no audio is fetched from an address, for the log; null where it is. */
export function whyRefused(
  address: string,
  { hostname, isRedirect, allowsPrivate }: AddressRules,
): string | null {
  switch (kindOf(address)) {
    case 'public':
      return null;
    case 'private':
      return allowsPrivate ? null : 'it is at a private address: see --allow-private-audio';
    case 'loopback':
      if (isRedirect) return 'a redirect or a playlist leads to this machine';
      return isLoopbackHost(hostname) ? null : 'its name leads to this machine';
    case 'never':
      return 'it is at an address that nothing is fetched from';
  }
}

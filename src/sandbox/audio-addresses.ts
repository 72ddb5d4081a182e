import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { isLoopbackHost } from '../core/origin';

/** Kinds of addresses: this machine, a private network, the internet, and addresses from which audio is never fetched. */
type AddressKind = 'loopback' | 'private' | 'public' | 'never';

/** Addresses of this machine. The class BlockList also matches an IPv4 address in IPv6 form, such as `::ffff:127.0.0.1`. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/**
 * Address ranges that are not routed on the internet. The source is https://www.iana.org/assignments/iana-ipv4-special-registry
 * and the same registry for IPv6.
 */
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
  // Link-local addresses. Reason: clouds have metadata services at such addresses, which give credentials to any caller.
  '169.254.0.0/16',
  'fe80::/10',
  // Other addresses of metadata services: Amazon, Google, Oracle, Scaleway, Alibaba and Azure.
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  'fd00:c1::/32',
  'fd00:42::42/128',
  '192.0.0.192/32',
  '100.100.100.200/32',
  '168.63.129.16/32',
  // "This network" addresses (0.0.0.0/8, which reach this machine), multicast addresses, and reserved ranges.
  '0.0.0.0/8',
  '224.0.0.0/4',
  '240.0.0.0/4',
  'ff00::/8',
  '100::/64',
  // IPv6 ranges whose addresses contain IPv4 addresses: 6to4, Teredo, IPv4-compatible, IPv4-translated, and local NAT64. These
  // ranges are obsolete, or are used only inside a network.
  '2002::/16',
  '2001::/32',
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b:1::/48',
];

/** Prefix with which IPv6-only networks reach IPv4 addresses (NAT64, RFC 6052). */
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
const privateRanges = listOf(PRIVATE);

function kindOf(address: string): AddressKind {
  if (isIP(address) === 0) return 'never';
  const isIn = (list: BlockList) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  // Loopback addresses can be allowed, but not with the NAT64 prefix, because such an address reaches another machine.
  if (isIn(loopback)) return isIn(throughNat64) ? 'never' : 'loopback';
  if (isIn(never)) return 'never';
  return isIn(privateRanges) ? 'private' : 'public';
}

/** Where an address comes from, and whether private addresses are allowed. */
export interface AddressRules {
  readonly hostname: string;
  /** True if a server chose the address, by a redirect or a playlist. False if the client's request contains the address. */
  readonly isRedirect: boolean;
  readonly allowsPrivate: boolean;
}

/** Returns why audio must not be fetched from an address, for the log. Returns null if the address is allowed. */
export function addressRefusal(
  address: string,
  { hostname, isRedirect, allowsPrivate }: AddressRules,
): string | null {
  switch (kindOf(address)) {
    case 'public':
      return null;
    case 'private':
      return allowsPrivate
        ? null
        : 'the address of the audio is private: see --allow-private-audio';
    case 'loopback':
      if (isRedirect) return 'a redirect or a playlist leads to this machine';
      return isLoopbackHost(hostname) ? null : 'the host name of the audio leads to this machine';
    case 'never':
      return 'audio is never fetched from this address';
  }
}

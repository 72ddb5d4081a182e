interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

const ADDRESSES: readonly Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Returns the addresses of `localhost`, in the order in which a client tries them (RFC 6761, section 6.3). They are constants,
 * because a DNS lookup could return the address of another machine.
 * @param family 4, 6, `IPv4` or `IPv6`. For any other value, all addresses are returned.
 */
export function localAddresses(family?: number | string): readonly Address[] {
  const wanted = Number(String(family ?? '').replace(/^IPv/, ''));
  const found = ADDRESSES.filter((each) => each.family === wanted);
  return found.length > 0 ? found : ADDRESSES;
}

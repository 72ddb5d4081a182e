interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

const ADDRESSES: readonly Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * The addresses of `localhost`, in the order in which they are tried (RFC 6761, 6.3). A DNS lookup could return another machine.
 * @param family 4 or 6, also as `IPv4` or `IPv6`; anything else means both
 */
export function localhostAddresses(family?: number | string): readonly Address[] {
  const wanted = Number(String(family ?? '').replace(/^IPv/, ''));
  const found = ADDRESSES.filter((each) => each.family === wanted);
  return found.length > 0 ? found : ADDRESSES;
}

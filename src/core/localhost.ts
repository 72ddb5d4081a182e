interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

const ADDRESSES: readonly Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * What `localhost` stands for, in the order in which it is tried (RFC 6761 6.3). A lookup could name another machine.
 * @param family 4 or 6, alone or after `IPv`; anything else for both
 */
export function localhostAddresses(family?: number | string): readonly Address[] {
  const wanted = Number(String(family ?? '').replace(/^IPv/, ''));
  const found = ADDRESSES.filter((each) => each.family === wanted);
  return found.length > 0 ? found : ADDRESSES;
}

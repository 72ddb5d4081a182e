const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  'http:': '80',
  'ws:': '80',
  'https:': '443',
  'wss:': '443',
};

/** The port that a URL names, or that of its scheme. */
export function portOf(url: URL): string {
  return url.port || (DEFAULT_PORTS[url.protocol] ?? '');
}

/**
 * Whether a list such as NO_PROXY exempts a URL: names that also stand for what is below them (`example.com`, `.example.com` and
 * `*.example.com` mean the same, as to curl), addresses and their ranges (`10.0.0.0/8`, `::1`, `[::1]`), each with `:PORT` or
 * without; `*` is everything. Commas or spaces stand between them.
 */
export function isExempt(url: URL, noProxy: string): boolean {
  const host = withoutBrackets(url.hostname).replace(/\.$/, '');
  const bits = bitsOf(host);
  return noProxy.split(/[\s,]+/).some((entry) => {
    const { name, port } = partsOf(entry);
    if (name === '' || (port !== null && Number(port) !== Number(portOf(url)))) return false;
    if (name === '*') return true;
    return bits === null ? isBelow(host, name) : isWithin(bits, name);
  });
}

/** An address of IPv6 without brackets has colons of its own, and can have no port. */
function partsOf(entry: string): { readonly name: string; readonly port: string | null } {
  const isBare = entry.split(':').length > 2 && !entry.startsWith('[');
  const port = isBare ? null : (/:(\d+)$/.exec(entry)?.[1] ?? null);
  const name = port === null ? entry : entry.slice(0, -port.length - 1);
  return { name: withoutBrackets(name), port };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function isBelow(host: string, name: string): boolean {
  const domain = canonical(name.replace(/^\*?\.+/, '').replace(/\.$/, ''));
  return domain !== null && (host === domain || host.endsWith(`.${domain}`));
}

function isWithin(bits: string, name: string): boolean {
  const [address = '', prefix] = name.split('/');
  const own = bitsOf(address);
  if (own?.length !== bits.length) return false;
  if (prefix === undefined) return own === bits;
  const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  return length <= bits.length && own.slice(0, length) === bits.slice(0, length);
}

/** A host as URLs have it: in lower case, other alphabets as punycode. Null for what can be none. */
function canonical(host: string): string | null {
  const text = `http://${host}/`;
  if (/[/?#@]/.test(host) || !URL.canParse(text)) return null;
  return new URL(text).hostname;
}

/** The bits of an address of IPv4 or IPv6; null for a name. */
function bitsOf(host: string): string | null {
  const address = canonical(host.includes(':') ? `[${host}]` : host);
  if (address === null) return null;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return toBits(address.split('.'), 10, 8);
  if (!address.startsWith('[')) return null;
  const [head = [], tail = []] = withoutBrackets(address)
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const gap = new Array<string>(8 - head.length - tail.length).fill('0');
  return toBits([...head, ...gap, ...tail], 16, 16);
}

function toBits(groups: readonly string[], radix: number, width: number): string {
  return groups
    .map((group) => Number.parseInt(group, radix).toString(2).padStart(width, '0'))
    .join('');
}

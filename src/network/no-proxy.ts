const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  'http:': '80',
  'ws:': '80',
  'https:': '443',
  'wss:': '443',
};

/** Returns the port of a URL, or the default port of its scheme. */
export function portOf(url: URL): string {
  return url.port || (DEFAULT_PORTS[url.protocol] ?? '');
}

/**
 * Whether a list such as NO_PROXY contains the host of a URL. Entries are separated by commas or spaces. An entry is a name, an
 * address or range (`10.0.0.0/8`, `::1`, `[::1]`), or `*` for all hosts. A name or address may end with `:PORT`. A name includes
 * its subdomains: `example.com`, `.example.com` and `*.example.com` mean the same, as in curl.
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

/** Splits an entry into name and port. An IPv6 address without brackets cannot have a port, because it contains colons itself. */
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

/** Normalises a host as URLs do: lower case, and punycode for names with non-ASCII letters. Null if the host is not valid. */
function canonical(host: string): string | null {
  const text = `http://${host}/`;
  if (/[/?#@]/.test(host) || !URL.canParse(text)) return null;
  return new URL(text).hostname;
}

/** Returns an IPv4 or IPv6 address as a string of binary digits. Null if the host is a name. */
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

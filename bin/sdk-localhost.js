// The SDK sends the key to a server on this machine in plain http. In its process `localhost` is therefore this machine, whatever
// the hosts file or a name server says (RFC 6761 6.3).

const diagnostics = require('node:diagnostics_channel');
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');

const { lookup } = dns;
const ADDRESSES = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

function lookUp(...args) {
  const [name, given] = args;
  if (name !== 'localhost') return lookup(...args);
  const done = args.at(-1);
  const { all, family = given } = Object(given);
  // It is 4, 'IPv4' and the like.
  const wanted = ADDRESSES.filter((each) => String(family).endsWith(each.family));
  const found = (wanted.length > 0 ? wanted : ADDRESSES).map((each) => ({ ...each }));
  process.nextTick(() => (all ? done(null, found) : done(null, ...Object.values(found[0]))));
  return {};
}

/** Has to be called before the package is loaded. */
exports.pinLocalhost = () => {
  // With what `util.promisify` knows of it.
  dns.lookup = Object.defineProperties(lookUp, Object.getOwnPropertyDescriptors(lookup));
  syncBuiltinESMExports();
  // A package can bring a lookup of its own.
  diagnostics.subscribe('net.client.socket', ({ socket }) => {
    socket.on('lookup', (_error, address, _family, host) => {
      if (host !== 'localhost' || ADDRESSES.some((each) => each.address === address)) return;
      socket.destroy(Object.assign(new Error('not this machine'), { code: 'EADDRNOTAVAIL' }));
    });
  });
};

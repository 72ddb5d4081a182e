// Makes `localhost` mean this machine in the SDK's process, whatever the hosts file or a DNS server says (RFC 6761 6.3). Reason:
// the SDK may send the key to `localhost` over plain http, so the key must not leave this machine.

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
  // `family` is a number such as 4, or a text such as 'IPv4'.
  const wanted = ADDRESSES.filter((each) => String(family).endsWith(each.family));
  const found = (wanted.length > 0 ? wanted : ADDRESSES).map((each) => ({ ...each }));
  process.nextTick(() => (all ? done(null, found) : done(null, ...Object.values(found[0]))));
  return {};
}

/** Replaces `dns.lookup` with `lookUp`. Must be called before the SDK is loaded. */
exports.pinLocalhost = () => {
  // The properties of `dns.lookup` are copied, because `util.promisify` uses them.
  dns.lookup = Object.defineProperties(lookUp, Object.getOwnPropertyDescriptors(lookup));
  syncBuiltinESMExports();
  // The SDK can pass its own `lookup` function to a connection, so the result of every lookup is also checked.
  diagnostics.subscribe('net.client.socket', ({ socket }) => {
    socket.on('lookup', (_error, address, _family, host) => {
      if (host !== 'localhost' || ADDRESSES.some((each) => each.address === address)) return;
      socket.destroy(Object.assign(new Error('not this machine'), { code: 'EADDRNOTAVAIL' }));
    });
  });
};

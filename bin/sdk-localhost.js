// The SDK sends the key to a server on this machine in plain http. In its process `localhost` is therefore this machine, whatever
// the hosts file or a name server says (RFC 6761 6.3), and no connection for that name leads elsewhere.

const diagnostics = require('node:diagnostics_channel');
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');

const ADDRESSES = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

function addressesFor(options) {
  const family = Number(String(options.family ?? '').replace(/^IPv/, ''));
  const found = ADDRESSES.filter((each) => each.family === family);
  return (found.length > 0 ? found : ADDRESSES).map((each) => ({ ...each }));
}

const optionsIn = (given) =>
  typeof given === 'object' && given !== null ? given : { family: given };

/** Keeps what `util.promisify` knows of the function that it stands for. */
function inPlaceOf(original, replacement) {
  return Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
}

function answerLookups() {
  const { lookup } = dns;
  const { lookup: lookupSoon } = dns.promises;
  dns.lookup = inPlaceOf(lookup, (...args) => {
    const [name, given] = args;
    const done = args.at(-1);
    if (name !== 'localhost' || typeof done !== 'function') {
      return Reflect.apply(lookup, dns, args);
    }
    const options = optionsIn(typeof given === 'function' ? undefined : given);
    const found = addressesFor(options);
    process.nextTick(() =>
      options.all ? done(null, found) : done(null, found[0].address, found[0].family),
    );
    return {};
  });
  dns.promises.lookup = inPlaceOf(lookupSoon, async (...args) => {
    const [name, given] = args;
    if (name !== 'localhost') return Reflect.apply(lookupSoon, dns.promises, args);
    const options = optionsIn(given);
    const found = addressesFor(options);
    return options.all ? found : found[0];
  });
  syncBuiltinESMExports();
}

/** The package may bring a lookup of its own: what that answers is checked before the connection is made. */
function checkLookups() {
  diagnostics.subscribe('net.client.socket', ({ socket }) => {
    socket.on('lookup', (_error, address, _family, host) => {
      if (host !== 'localhost' || ADDRESSES.some((each) => each.address === address)) return;
      const error = new Error('localhost was looked up, and is not this machine');
      socket.destroy(Object.assign(error, { code: 'EADDRNOTAVAIL' }));
    });
  });
}

/** Has to be called before the package is loaded. */
exports.pinLocalhost = () => {
  answerLookups();
  checkLookups();
};

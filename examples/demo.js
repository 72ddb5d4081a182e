/** Mints and tests a token with the embedded sandbox. Needs no account and no network, and leaves no files. */
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const bin = join(__dirname, '..', 'bin', 'vstoken.js');

function show(about, args) {
  process.stderr.write(`\n# ${about}\n$ vstoken ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [bin, ...args], { stdio: 'inherit' });
  if (status !== 0) {
    process.exitCode = status ?? 1;
    throw new Error(`vstoken ended with ${status}`);
  }
}

show('Mint a token: readwrite, one-time, with a lifetime of 60 seconds.', [
  'mint',
  '--sandbox',
  '--access',
  'readwrite',
  '--lifetime',
  '60s',
]);
show('Mint another token, and transcribe the bundled clip with it, as a browser does.', [
  'test',
  '--sandbox',
]);

process.stderr.write(`
# Next, with your own API key from VocalStack:
  npm pack --silent             # creates vocalstack-token-0.1.0.tgz
  npm install --global ./vocalstack-token-0.1.0.tgz
  vstoken login                 # asks for the API key, and does not show the key
  vstoken test --mode connect   # free: opens a session, but does not start the session
  vstoken test                  # billed, for 15 seconds of audio at most
  vstoken mint --access readwrite --lifetime 60s

# To try a page that transcribes, without an account: vstoken serve --sandbox --page
`);

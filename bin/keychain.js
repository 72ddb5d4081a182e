// A process of its own, since a keychain that does not answer would block the one that asks.
// Standard input: {"op","service","account","secret"?}. Standard output: {"ok":true,"value"} or {"ok":false,"reason"}.

// The library gives every error the same code; these are its version's texts, seen with the real services.
const REASONS = [
  [/did not receive a reply|timed? ?out/i, 'frozen'],
  [/prompt was dismissed|is locked/i, 'locked'],
  [/dbus|no result found|not available|no such (interface|service)/i, 'absent'],
];

function answer(request) {
  let keyring;
  try {
    keyring = require('@napi-rs/keyring');
  } catch {
    return { ok: false, reason: 'missing' };
  }
  try {
    const { op, service, account, secret } = JSON.parse(request);
    // Otherwise Linux falls back to a keyring of the kernel, which is no place for keys.
    const entry = new keyring.Entry(service, account, { linux: { store: 'secret-service' } });
    if (op === 'set') entry.setPassword(secret);
    if (op === 'delete') entry.deleteCredential();
    return { ok: true, value: op === 'get' ? entry.getPassword() : null };
  } catch (error) {
    const [, reason] = REASONS.find(([text]) => text.test(error.message)) ?? [null, 'failed'];
    return { ok: false, reason };
  }
}

let request = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  request += chunk;
});
process.stdin.on('end', () => process.stdout.write(JSON.stringify(answer(request))));

// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/core/error-codes';
import { CliError } from '../../src/core/errors';
import { secret } from '../../src/core/secret';
import { createKeychain } from '../../src/store/keychain';
import { fakeClock } from '../../src/system/clock';
import { newConfigDir } from '../support/stored';

const PLACE = { profile: 'default', origin: 'https://api.vocalstack.com' };

/**
 * Creates a keychain that runs a script as its helper program. The script gets the request in `$REQUEST`. Each request is written
 * to the log as one line.
 */
function keychainOf(script: string, signal = new AbortController().signal) {
  const folder = newConfigDir();
  const [node, log] = [join(folder, 'node'), join(folder, 'log')];
  writeFileSync(log, '');
  writeFileSync(
    node,
    `#!/bin/sh\nREQUEST=$(cat)\nprintf '%s\\n' "$REQUEST" >> '${log}'\n${script}\n`,
  );
  chmodSync(node, 0o700);
  const clock = fakeClock();
  const { PATH } = process.env;
  const keychain = createKeychain({ node, env: { PATH }, clock, signal, randomId: () => 'id' });
  const asked = () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line).op);
  return { keychain, clock, asked };
}

const untilAsked = async (asked: () => readonly string[], count: number) => {
  while (asked().length < count) await new Promise((resolve) => setImmediate(resolve));
};
const YES = `echo '{"ok":true,"value":null}'`;

describe('S6 a keychain that does not answer', () => {
  it('causes an error after three seconds, and not earlier', async () => {
    const { keychain, clock, asked } = keychainOf('exec sleep 1000');
    let outcome: unknown;
    const read = keychain.read(PLACE, { account: 'a' }).catch((error: unknown) => {
      outcome = error;
    });
    await untilAsked(asked, 1);
    await clock.advance(2999);
    expect(outcome).toBeUndefined();
    await clock.advance(1);
    await read;
    expect(outcome).toMatchObject({ code: 'keychain_frozen' });
    expect(exitCodeOf('keychain_frozen')).toBe(3);
  });

  it('is no longer awaited after the program is interrupted', async () => {
    const controller = new AbortController();
    const { keychain, asked } = keychainOf('exec sleep 1000', controller.signal);
    const read = keychain.read(PLACE, { account: 'a' });
    await untilAsked(asked, 1);
    controller.abort(new CliError('interrupted', 'Interrupted.'));
    await expect(read).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('S12 an entry that cannot be used', () => {
  it.each(['keep', 'requireUsable'] as const)(
    'of %s is removed again after an interruption',
    async (what) => {
      const controller = new AbortController();
      const slow = `case "$REQUEST" in *'"set"'*) exec sleep 1000;; *) ${YES};; esac`;
      const { keychain, asked } = keychainOf(slow, controller.signal);
      const work =
        what === 'keep'
          ? keychain.keep(PLACE, secret('a-key'), { account: 'a' })
          : keychain.requireUsable();
      await untilAsked(asked, 1);
      controller.abort(new CliError('interrupted', 'Interrupted.'));
      await expect(work).rejects.toMatchObject({ code: 'interrupted' });
      expect(asked()).toEqual(['set', 'delete']);
    },
  );

  it('is not removed if the keychain never stored it', async () => {
    const locked = `echo '{"ok":false,"reason":"locked"}'`;
    const { keychain, asked } = keychainOf(locked);
    const kept = keychain.keep(PLACE, secret('a-key'), { account: 'a' });
    await expect(kept).rejects.toMatchObject({ code: 'keychain_locked' });
    expect(asked()).toEqual(['set']);
  });

  it('is removed if the keychain locked itself meanwhile', async () => {
    const locking = `case "$REQUEST" in *'"get"'*) echo '{"ok":false,"reason":"locked"}';; *) ${YES};; esac`;
    const { keychain, asked } = keychainOf(locking);
    const kept = keychain.keep(PLACE, secret('a-key'), { account: 'a' });
    await expect(kept).rejects.toMatchObject({ code: 'keychain_locked' });
    expect(asked()).toEqual(['set', 'get', 'delete']);
  });

  it('S7 is removed if another process cannot read it', async () => {
    const { keychain, asked } = keychainOf(YES);
    const kept = keychain.keep(PLACE, secret('a-key'), { account: 'a' });
    await expect(kept).rejects.toMatchObject({ code: 'keychain_failed' });
    expect(asked()).toEqual(['set', 'get', 'delete']);
  });
});

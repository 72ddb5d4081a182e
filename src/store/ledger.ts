import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Ledger } from '../context/ledger';
import type { CliError } from '../core/errors';
import {
  entryOf,
  hashesIn,
  type LedgerEvent,
  ledgerLine,
  lengthsIn,
  readLedger,
} from '../core/ledger-lines';
import type { Secret } from '../core/secret';
import { appendLines, KEPT_MS, readLines } from './ledger-file';
import { baseOwnerError, type Location } from './location';
import type { Locking } from './lock';
import { requireOwnFolder } from './safe-file';

export interface LedgerOptions extends Omit<Locking, 'path'>, Location {
  readonly whyOff: Ledger['whyOff'];
}

/** The number of lines in memory at which all of them are written to the file. It is small, so that little memory is needed. */
const BATCH = 64;
/**
 * How long lines wait before they are written, in milliseconds. The time is short, because `serve` and `exec` run for a long
 * time, and other commands must soon find the tokens of `serve` and `exec` in the file.
 */
const SOON_MS = 250;
const TRIES = 3;

/** Hashes one token. Does not use node:crypto, because loading it takes a tenth of the time of a mint over plain http. */
function hashOf(token: Secret): string {
  return Buffer.from(sha256(Buffer.from(token.reveal()))).toString('hex');
}

export function createLedger(options: LedgerOptions): Ledger {
  const { folder, owner, clock } = options;
  const path = join(folder, 'ledger.jsonl');
  const pending: { readonly token: Secret; readonly event: LedgerEvent }[] = [];
  let cancelTimer: (() => void) | undefined;
  let foreign: CliError | null = null;
  let whyOff: ReturnType<Ledger['whyOff']> | undefined;

  const checkOnce = () => {
    whyOff ??= options.whyOff();
    return whyOff;
  };

  function note(token: Secret, event: LedgerEvent): void {
    pending.push({ token, event });
    if (pending.length >= BATCH) void write();
    else cancelTimer ??= clock.timer(SOON_MS, () => void write());
  }

  async function write(): Promise<void> {
    cancelTimer?.();
    cancelTimer = undefined;
    if (pending.length === 0) return;
    try {
      if ((await checkOnce()) !== null) {
        pending.splice(0);
        return;
      }
      const lines = pending
        .splice(0)
        .map(({ token, event }) => ledgerLine(hashOf(token), event, token.reveal().length));
      if (lines.length === 0) return;
      foreign = baseOwnerError(options);
      if (foreign) return;
      requireOwnFolder(options);
      if (append(lines.join('')) !== 'outgrown') return;
      const { pruneLedger } = await import('./prune-ledger');
      pruneLedger(path, options);
    } catch {
      // Drop the lines. Minting must not fail because the ledger cannot be written.
      pending.splice(0);
    }
  }

  function append(lines: string): string {
    let outcome = 'replaced';
    for (let tries = 1; tries <= TRIES && outcome === 'replaced'; tries += 1) {
      outcome = appendLines(path, lines, { owner, now: clock.now() });
    }
    return outcome;
  }

  return {
    prepare() {
      checkOnce().catch(() => undefined);
    },
    minted: (token, facts) => note(token, { kind: 'minted', facts }),
    used: (token, facts) => note(token, { kind: 'used', facts }),
    async find(token) {
      const text = token.reveal();
      const own = pending.filter((one) => one.token.reveal() === text).map(({ event }) => event);
      const stored = readLedger(readLines(path, owner), hashOf(token), clock.now() - KEPT_MS);
      return entryOf([...stored, ...own]);
    },
    async findAny(tokens) {
      let known: ReadonlySet<string> | undefined;
      // A long text can contain tens of thousands of possible tokens. node:crypto hashes so many texts faster. Loading it
      // takes time, but does not make minting slower, because minting never calls this function.
      const { createHash } = await import('node:crypto');
      for (const token of tokens) {
        known ??= hashesIn(readLines(path, owner));
        if (known.size === 0) return null;
        if (known.has(createHash('sha256').update(token.reveal()).digest('hex'))) return token;
      }
      return null;
    },
    async lengthsAt(apiServer) {
      return lengthsIn(readLines(path, owner), apiServer, clock.now() - KEPT_MS);
    },
    whyOff: options.whyOff,
    async whyUnwritable() {
      const { whyUnwritable } = await import('./check-ledger');
      return whyUnwritable(path, options);
    },
    async forget() {
      try {
        rmSync(path, { force: true });
      } catch {
        // Ignore the failure: the records expire within a day.
      }
    },
    async flush() {
      await write();
      return foreign;
    },
  };
}

import { setMaxListeners } from 'node:events';
import type { Clock } from '../../context/clock';
import type { SandboxLog, SandboxRequest } from '../../context/servers';
import { CliError } from '../../core/errors';
import { brokenPromises, createFaults, type Fault, type Faults, parseFaults } from '../faults';
import { createJournal, type Journal } from '../log/journal';
import type { Service } from '../service';
import { movableClock } from './movable-clock';

/** What can be done to a sandbox while it runs. */
export interface Control {
  /** The service of this moment: every reset makes another. */
  service(): Service;
  /** The latest requests, the oldest first. */
  requests(): readonly SandboxRequest[];
  /** The faults that are still to be played. */
  faults(): readonly string[];
  /** Plays these and no others. @throws CliError `invalid_value` */
  setFaults(specs: readonly string[]): void;
  /** Plays these, too. @throws CliError `invalid_value` */
  fail(specs: readonly string[]): void;
  /** Makes everything as it was at the start: no tokens, no sessions, no requests, and the faults and the time of the start. */
  reset(): void;
  /** @param ms from 0 to a day. @throws CliError `invalid_value` */
  advance(ms: number): Promise<void>;
  /** The time of day in the sandbox, in milliseconds since 1970. */
  now(): number;
  close(): void;
}

/** What a service is made of anew at every reset. */
export interface Fresh {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly journal: Journal;
  /** Aborts when the sandbox is reset or closes. */
  readonly signal: AbortSignal;
}

interface ControlOptions {
  readonly clock: Clock;
  readonly log: SandboxLog;
  /** Those of the start. */
  readonly faults: readonly string[];
  readonly random: () => number;
  create(fresh: Fresh): Service;
  /** Ends all connections that belong to a session. */
  endSessions(): void;
}

const MAX_FAULTS = 100;
const MAX_ADVANCE_MS = 24 * 3_600_000;

/** Every held answer waits for the end, however many there are. */
function allowListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // The AbortSignal of jsdom or happy-dom, which Node.js does not know. It has no limit.
  }
}

/** @throws CliError `invalid_value` */
function checked(specs: readonly string[]): readonly Fault[] {
  if (specs.length > MAX_FAULTS) {
    throw new CliError('invalid_value', `There can be ${MAX_FAULTS} faults at once.`);
  }
  const faults = parseFaults(specs);
  brokenPromises(faults);
  return faults;
}

/** @throws CliError `invalid_value` for a fault that there is not */
export function createControl(options: ControlOptions): Control {
  const { random, endSessions } = options;
  const initial = checked(options.faults);
  const clock = movableClock(options.clock);
  const journal = createJournal(clock, options.log);
  const start = () => {
    const ending = new AbortController();
    allowListeners(ending.signal);
    const faults = createFaults(initial, random);
    const service = options.create({ clock, faults, journal, signal: ending.signal });
    return { ending, faults, service };
  };
  let current = start();

  return {
    service: () => current.service,
    requests: journal.requests,
    faults: () => current.faults.specs(),
    setFaults: (specs) => current.faults.replace(checked(specs)),
    fail(specs) {
      const all = checked([...current.faults.specs(), ...specs]);
      current.faults.replace(all);
    },
    reset() {
      current.ending.abort();
      endSessions();
      clock.restore();
      journal.clear();
      current = start();
    },
    async advance(ms) {
      if (!(typeof ms === 'number' && ms >= 0 && ms <= MAX_ADVANCE_MS)) {
        throw new CliError(
          'invalid_value',
          `The clock advances by milliseconds from 0 to ${MAX_ADVANCE_MS}.`,
        );
      }
      await clock.advance(ms);
    },
    now: () => clock.now(),
    close: () => current.ending.abort(),
  };
}

import { setMaxListeners } from 'node:events';
import type { Clock } from '../../context/clock';
import type { SandboxLog, SandboxRequest } from '../../context/servers';
import { CliError } from '../../core/errors';
import { brokenPromises, createFaults, type Fault, type Faults, parseFaults } from '../faults';
import { createRequestLog, type RequestLog } from '../log/request-log';
import type { Service } from '../service';
import { movableClock } from './movable-clock';

export interface Control {
  /** Returns the current service. Every reset creates a new service. */
  service(): Service;
  /** Returns the latest requests, the oldest first. */
  requests(): readonly SandboxRequest[];
  /** Returns the faults that can still be injected, as texts such as `mint:503*2`. */
  faults(): readonly string[];
  /** Replaces all faults. @throws CliError `invalid_value` if a fault is invalid, or if there are too many */
  setFaults(specs: readonly string[]): void;
  /** Adds faults to the active faults. @throws CliError `invalid_value` if a fault is invalid, or if there are too many */
  fail(specs: readonly string[]): void;
  /** Resets the sandbox to its start. Deletes tokens, sessions and requests. Restores the initial faults and time. */
  reset(): void;
  /** Advances the clock by 0 to 24 hours. @throws CliError `invalid_value` for any other number */
  advance(ms: number): Promise<void>;
  /** Returns the time of day in the sandbox, in milliseconds since 1970. */
  now(): number;
  close(): void;
}

/** The objects that a new service needs. Each reset creates these objects again. */
export interface ServiceInputs {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly requestLog: RequestLog;
  /** Aborts all work of the service when the sandbox is reset or closes. */
  readonly signal: AbortSignal;
}

interface ControlOptions {
  readonly clock: Clock;
  readonly log: SandboxLog;
  /** The faults at the start and after each reset, as texts such as `mint:503*2`. */
  readonly faults: readonly string[];
  readonly random: () => number;
  create(fresh: ServiceInputs): Service;
  /** Closes all WebSockets. */
  endSessions(): void;
}

const MAX_FAULTS = 100;
const MAX_ADVANCE_MS = 24 * 3_600_000;

/** Turns off the warning of Node.js about many listeners on a signal. Reason: every delayed answer adds a listener. */
function allowListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // Node.js rejects the AbortSignal of jsdom and happy-dom. Their signals do not limit the number of listeners.
  }
}

/** Parses faults. @throws CliError `invalid_value` if a fault is invalid, or if there are too many */
function parseChecked(specs: readonly string[]): readonly Fault[] {
  if (specs.length > MAX_FAULTS) {
    throw new CliError('invalid_value', `Too many faults: at most ${MAX_FAULTS} at once.`);
  }
  const faults = parseFaults(specs);
  brokenPromises(faults);
  return faults;
}

/** @throws CliError `invalid_value` if an initial fault is invalid, or if there are too many */
export function createControl(options: ControlOptions): Control {
  const { random, endSessions } = options;
  const initial = parseChecked(options.faults);
  const clock = movableClock(options.clock);
  const requestLog = createRequestLog(clock, options.log);
  const start = () => {
    const ending = new AbortController();
    allowListeners(ending.signal);
    const faults = createFaults(initial, random);
    const service = options.create({ clock, faults, requestLog, signal: ending.signal });
    return { ending, faults, service };
  };
  let current = start();

  return {
    service: () => current.service,
    requests: requestLog.requests,
    faults: () => current.faults.specs(),
    setFaults: (specs) => current.faults.replace(parseChecked(specs)),
    fail(specs) {
      const all = parseChecked([...current.faults.specs(), ...specs]);
      current.faults.replace(all);
    },
    reset() {
      current.ending.abort();
      endSessions();
      clock.restore();
      requestLog.clear();
      current = start();
    },
    async advance(ms) {
      if (!(typeof ms === 'number' && ms >= 0 && ms <= MAX_ADVANCE_MS)) {
        throw new CliError(
          'invalid_value',
          `The clock can advance by 0 to ${MAX_ADVANCE_MS} milliseconds.`,
        );
      }
      await clock.advance(ms);
    },
    now: () => clock.now(),
    close: () => current.ending.abort(),
  };
}

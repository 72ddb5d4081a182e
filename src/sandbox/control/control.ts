import { setMaxListeners } from 'node:events';
import type { Clock } from '../../context/clock';
import type { SandboxLog, SandboxRequest } from '../../context/servers';
import { CliError } from '../../core/errors';
import { brokenPromises, createFaults, type Fault, type Faults, parseFaults } from '../faults';
import { createRequestLog, type RequestLog } from '../log/request-log';
import type { Service } from '../service';
import { movableClock } from './movable-clock';

/** Controls a sandbox while it runs. */
export interface Control {
  /** The current service. Every reset creates a new one. */
  service(): Service;
  /** The latest requests, the oldest first. */
  requests(): readonly SandboxRequest[];
  /** The faults that are still active. */
  faults(): readonly string[];
  /** Replaces all faults. @throws CliError `invalid_value` */
  setFaults(specs: readonly string[]): void;
  /** Adds faults. @throws CliError `invalid_value` */
  fail(specs: readonly string[]): void;
  /** Resets everything to the start: no tokens, no sessions, no requests, the initial faults and time. */
  reset(): void;
  /** @param ms from 0 to a day. @throws CliError `invalid_value` */
  advance(ms: number): Promise<void>;
  /** The time of day in the sandbox, in milliseconds since 1970. */
  now(): number;
  close(): void;
}

/** The inputs of a service that each reset creates again. */
export interface ServiceInputs {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly requestLog: RequestLog;
  /** Aborts when the sandbox is reset or closes. */
  readonly signal: AbortSignal;
}

interface ControlOptions {
  readonly clock: Clock;
  readonly log: SandboxLog;
  /** The initial faults. */
  readonly faults: readonly string[];
  readonly random: () => number;
  create(fresh: ServiceInputs): Service;
  /** Ends all connections that belong to a session. */
  endSessions(): void;
}

const MAX_FAULTS = 100;
const MAX_ADVANCE_MS = 24 * 3_600_000;

/** Allows many listeners: every delayed answer listens for the end. */
function allowListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // Node.js rejects the AbortSignal of jsdom or happy-dom. It has no limit.
  }
}

/** @throws CliError `invalid_value` */
function parseChecked(specs: readonly string[]): readonly Fault[] {
  if (specs.length > MAX_FAULTS) {
    throw new CliError('invalid_value', `Too many faults: at most ${MAX_FAULTS} at once.`);
  }
  const faults = parseFaults(specs);
  brokenPromises(faults);
  return faults;
}

/** @throws CliError `invalid_value` for an unknown fault */
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
          `The number of milliseconds must be from 0 to ${MAX_ADVANCE_MS}.`,
        );
      }
      await clock.advance(ms);
    },
    now: () => clock.now(),
    close: () => current.ending.abort(),
  };
}

import { describe, expect, it } from 'vitest';
import { endingOf, FAULTS, type Phase } from '../support/faults';
import { startFaultyService } from '../support/faulty-service';
import { leaksOf } from './support/encodings';
import { envFor, errorIn, runBinary } from './support/run-binary';

const TOKEN = 'CanaryToken~Zq8"w+&%3D\\4/x=fin';

/** These tests run in real time, so they use only a few command lines. test/faults.test.ts tests all command lines. */
const LINES: readonly (readonly [Phase, readonly string[]])[] = [
  ['mint', ['mint', '--json']],
  ['confirmation', ['test', '--mode', 'connect', '--json']],
];

const CASES = LINES.flatMap(([phase, line]) =>
  FAULTS.flatMap((fault) => {
    const code = endingOf(fault, phase);
    return code ? [[phase, fault.name, code, fault, line] as const] : [];
  }),
);

describe.concurrent('S43 S47 the built program', () => {
  it.for(CASES)(
    'during the %s, the fault "%s" makes it end with %s',
    async ([phase, , code, fault, line]) => {
      const service = await startFaultyService(phase, fault, TOKEN);
      const args = fault.isSilent ? [...line, '--timeout', '2s'] : line;
      const result = await runBinary(args, { env: envFor(service) });
      await service.until(() => service.openConnections() === 0);
      await service.close();
      expect(errorIn(result).code).toBe(code);
      expect(result.code).toBe(errorIn(result).exit);
      expect(leaksOf(TOKEN, result.out + result.err)).toEqual([]);
      expect(leaksOf(service.apiKey, result.out + result.err)).toEqual([]);
    },
  );
});

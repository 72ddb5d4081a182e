import { type ErrorCode, exitCodeOf, meaningOf } from '../error-codes';
import { AUTHENTICATION } from './authentication';
import { EXITS } from './exits';
import type { Explanation } from './explanation';
import { MACHINE } from './machine';
import { NETWORK } from './network';
import { PERMISSION } from './permission';
import { PROGRAM } from './program';
import { PROMISE } from './promise';
import { SDK } from './sdk';
import { SERVICE } from './service';
import { TRANSCRIPTION } from './transcription';
import { USAGE } from './usage';

const EXPLANATIONS: Readonly<Record<ErrorCode, Explanation>> = {
  ...PROGRAM,
  ...USAGE,
  ...MACHINE,
  ...AUTHENTICATION,
  ...PERMISSION,
  ...NETWORK,
  ...SERVICE,
  ...SDK,
  ...TRANSCRIPTION,
  ...PROMISE,
};

export interface ExplainedCode extends Explanation {
  readonly code: ErrorCode;
  readonly exit: number;
  readonly meaning: string;
}

export function explainCode(code: ErrorCode): ExplainedCode {
  const { causes, fixes } = EXPLANATIONS[code];
  return { code, exit: exitCodeOf(code), meaning: meaningOf(code), causes, fixes };
}

export interface ExitCode {
  readonly exit: number;
  readonly meaning: string;
}

export const EXIT_CODES: readonly ExitCode[] = Object.entries(EXITS).map(([exit, meaning]) => ({
  exit: Number(exit),
  meaning,
}));

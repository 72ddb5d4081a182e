import { version } from '../../../package.json';
import { COMMON_ERRORS } from '../../cli/common-errors';
import type { CommandEntry } from '../../cli/define';
import { ERROR_CODES, type ErrorCode, exitCodeOf, meaningOf } from '../../core/error-codes';
import { EXITS } from '../../core/explanations/exits';
import { HELP_TOPIC_NAMES } from '../../core/help-topics';
import { VARIABLE_GROUPS } from '../../core/variables';
import { type CommandHelp, describeCommand, describeJson, type JsonHelp } from './document';
import { describeProgram, type Overview } from './overview';
import { describeTopic, type TopicHelp } from './topics';

/** The JSON of `vstoken help --json`: all commands, options, variables, error codes and help topics. */
export interface Tree extends Overview {
  readonly version: string;
  readonly commands: readonly CommandHelp[];
  /** The error codes that every command can end with. */
  readonly common_errors: readonly ErrorCode[];
  readonly variables: readonly {
    readonly name: string;
    readonly group: string;
    readonly meaning: string;
    readonly default: string | null;
  }[];
  readonly exits: readonly { readonly exit: number; readonly meaning: string }[];
  readonly codes: readonly {
    readonly code: ErrorCode;
    readonly exit: number;
    readonly meaning: string;
  }[];
  /** The JSON on standard error after a failure with --json. */
  readonly error_json: JsonHelp;
  readonly topics: readonly TopicHelp[];
}

const ERROR_SHAPE =
  '{error: {code: string, message: string, hint: string | null, exit: number, http_status?: number}}';

export async function describeAll(commands: readonly CommandEntry[]): Promise<Tree> {
  return {
    ...describeProgram(commands),
    version,
    commands: await Promise.all(commands.map(describeCommand)),
    common_errors: COMMON_ERRORS,
    variables: VARIABLE_GROUPS.flatMap(({ title, variables }) =>
      variables.map(({ name, meaning, preset }) => {
        return { name, group: title, meaning, default: preset };
      }),
    ),
    exits: Object.entries(EXITS).map(([exit, meaning]) => ({ exit: Number(exit), meaning })),
    codes: ERROR_CODES.map((code) => ({
      code,
      exit: exitCodeOf(code),
      meaning: meaningOf(code),
    })).sort((a, b) => a.exit - b.exit),
    error_json: describeJson('a failure with --json, on standard error', ERROR_SHAPE),
    topics: HELP_TOPIC_NAMES.map(describeTopic),
  };
}

import { CliError } from '../core/errors';
import { nearest } from '../core/nearest';

/**
 * The actions of a command. For example, `vstoken profile use work` has the action `use` with the operand `work`. Each action has
 * the number of its operands, and a description of these operands for errors.
 */
export type Actions<Name extends string> = Readonly<
  Record<Name, readonly [count: number, what: string]>
>;

/**
 * @throws CliError `invalid_arguments` if the action is unknown, or has too few or too many operands; the message does not quote
 * the operands
 */
export function parseAction<Name extends string>(
  command: string,
  actions: Actions<Name>,
  operands: readonly string[],
): Name {
  const names = Object.keys(actions) as Name[];
  const action = names.find((known) => known === operands[0]);
  const hint = `See: vstoken ${command} --help`;
  if (!action) {
    const message = `vstoken ${command} needs one of these actions: ${names.join(', ')}.`;
    const near = nearest(operands[0] ?? '', names);
    throw new CliError('invalid_arguments', message, {
      hint: near ? `Did you mean: vstoken ${command} ${near}` : hint,
    });
  }
  const [count, what] = actions[action];
  if (operands.length - 1 === count) return action;
  const message = `vstoken ${command} ${action} takes ${what}.`;
  throw new CliError('invalid_arguments', message, { hint });
}

import { CliError } from '../core/errors';
import { TOKEN_VARIABLE } from '../core/key-source';
import { value } from './options';

function parseName(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text;
  throw new CliError(
    'invalid_value',
    '--name must be the name of a variable: letters, digits and underscores, not starting with a digit.',
  );
}

/** The option `--name` of commands that pass a token in a variable. */
export const NAME_OPTION = value('--name <var>', 'the variable for the token', parseName, {
  group: 'Output',
  preset: TOKEN_VARIABLE,
});

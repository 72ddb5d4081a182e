import { CliError } from '../core/errors';
import { TOKEN_VARIABLE } from '../core/key-source';
import { value } from './options';

function parseName(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text;
  throw new CliError(
    'invalid_value',
    '--name must be the name of an environment variable: letters, digits and underscores, not starting with a digit.',
  );
}

/** The option `--name` of commands that pass a token in an environment variable. */
export const NAME_OPTION = value(
  '--name <var>',
  'the environment variable for the token',
  parseName,
  {
    group: 'Output',
    preset: TOKEN_VARIABLE,
  },
);

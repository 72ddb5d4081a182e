import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const here = import.meta.dirname;

/** Returns the commands and options of vstoken, in the form that bare-commander.mjs needs. */
function commandLine() {
  const help = [join(here, '../../bin/vstoken.js'), 'help', '--json'];
  const vstoken = JSON.parse(execFileSync(process.execPath, help, { encoding: 'utf8' }));
  const option = ({ flag, short, value, summary, default: preset }) => ({
    flags: [short, [flag, value].filter(Boolean).join(' ')].filter(Boolean).join(', '),
    summary,
    preset: value === null ? undefined : (preset ?? undefined),
  });
  return {
    name: vstoken.program,
    summary: vstoken.summary,
    version: vstoken.version,
    options: vstoken.global_options
      .filter(({ flag }) => !['--help', '--version'].includes(flag))
      .map(option),
    commands: vstoken.commands.map(({ command, summary, options }) => ({
      ...{ name: command, summary },
      options: options.map(option),
    })),
  };
}

/**
 * Bundles and minifies bare-commander.mjs in the same way as vstoken.
 * @returns the path of the bundle
 */
export async function buildBase(folder) {
  const bundle = await rolldown({
    input: join(here, 'bare-commander.mjs'),
    platform: 'node',
    plugins: [
      {
        name: 'command-line',
        resolveId: (id) => (id === 'command-line' ? id : null),
        load: (id) =>
          id === 'command-line' ? `export default ${JSON.stringify(commandLine())}` : null,
      },
    ],
  });
  const file = join(folder, 'bare-commander.cjs');
  await bundle.write({ file, format: 'cjs', minify: true });
  return file;
}

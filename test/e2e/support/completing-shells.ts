import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import type { Shell } from '../../../src/commands/completion/scripts';
import { listen } from '../../support/fault-server';
import { run } from '../../support/run';
import { PROGRAM } from './run-binary';

/** Script that replaces vstoken. It runs the real program for `completion`, and prints its arguments for any other command. */
const SPAWNED = `#!/bin/bash
[ "$1" = completion ] && exec ${PROGRAM.map((word) => `'${word}'`).join(' ')} "$@"
printf 'ran'; printf ' <%s>' "$@"; echo ' .'
`;

/**
 * Returns a variant of `SPAWNED`. It gets completions from a server in the test's process, so the program is not started at every
 * Tab.
 */
const askingAt = (port: number) => `#!/bin/bash
if [ "$1 $3" = 'completion --words' ]; then
  exec 3<>/dev/tcp/127.0.0.1/${port}
  { echo "$2"; cat; printf '\\0'; } >&3
  exec cat <&3
fi
${SPAWNED}`;

/**
 * Creates a server that answers `completion SHELL --words` in this process. A request contains the name of the shell and each
 * word on separate lines. A NUL ends the request.
 */
function startAnswering(configDir: string) {
  const answer = (socket: Socket) => {
    let asked = '';
    socket.setEncoding('utf8').on('data', async (chunk) => {
      asked += chunk;
      if (!asked.endsWith('\0')) return;
      const [shell = '', ...words] = asked.slice(0, -1).split('\n');
      const options = { configDir, env: { VOCALSTACK_CONFIG_DIR: configDir } };
      const stdin = words.join('\n');
      const { code, out, err } = await run(['completion', shell, '--words'], { ...options, stdin });
      socket.end(code === 0 && err === '' ? out : 'values\nthe-program-failed\n');
    });
  };
  return createServer(answer);
}

/** A user with the completion scripts, some files and folders, and both names of the program on PATH. */
export interface User {
  readonly work: string;
  path(...names: readonly string[]): string;
  replaceProgram(script: string): void;
  /**
   * Calls bash's completion function. Returns the completions for the last word, and `option: NAME` for each option that the
   * function sets with `compopt`.
   */
  bash(line: string, words: readonly string[], before?: string): Promise<readonly string[]>;
  /** Returns the completions of fish at the end of a line: each word, a tab, and the word's description. */
  fish(line: string): Promise<readonly string[]>;
  /**
   * Types lines at a shell's prompt.
   * @returns the arguments of each command that was run, and everything that the screen showed
   */
  type(
    shell: 'bash' | 'zsh',
    lines: readonly string[],
    setup?: string,
  ): Promise<{ readonly ran: readonly string[]; readonly screen: string }>;
  leave(): void;
}

const IN_BASH = `
  compopt() { echo "option: $2"; }
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE=$LINE COMP_POINT=\${#LINE} COMPREPLY=()
  _vstoken "$1"
  for reply in \${COMPREPLY[@]+"\${COMPREPLY[@]}"}; do echo "$reply"; done`;

/**
 * Creates the folders and the completion scripts of a user.
 * @param program `spawned` if the built program answers completions, or `here` if this process does, which is faster
 */
export async function createUser(
  configDir: string,
  program: 'spawned' | 'here' = 'here',
): Promise<User> {
  const base = mkdtempSync(join(tmpdir(), 'vstoken-completing-'));
  const path = (...names: readonly string[]) => join(base, ...names);
  for (const name of ['bin', 'home', 'work', 'functions']) mkdirSync(path(name));
  const replaceProgram = (script: string) => {
    for (const name of ['vstoken', 'vocalstack-token']) {
      writeFileSync(path('bin', name), script);
      chmodSync(path('bin', name), 0o755);
    }
  };
  const server = startAnswering(configDir);
  replaceProgram(program === 'spawned' ? SPAWNED : askingAt(await listen(server)));
  for (const name of ['a clip.wav', 'other.wav']) writeFileSync(path('work', name), '');
  const write = async (shell: Shell, to: string) =>
    writeFileSync(to, (await run(['completion', shell])).out);
  await write('bash', path('script.bash'));
  await write('zsh', path('functions', '_vstoken'));
  await write('fish', path('script.fish'));

  const env = {
    PATH: [path('bin'), process.env['PATH']].join(delimiter),
    HOME: path('home'),
    LC_ALL: 'C.UTF-8',
    TERM: 'xterm-256color',
    VOCALSTACK_CONFIG_DIR: configDir,
  };
  const runShell = async (shell: string, args: readonly string[], more = {}) => {
    const options = { env: { ...env, ...more }, cwd: path('work'), timeout: 60_000 };
    const { stdout, stderr } = await promisify(execFile)(shell, args, options);
    if (stderr !== '') throw new Error(`${shell}: ${stderr}`);
    return stdout.split('\n').filter((line) => line !== '');
  };
  return {
    work: path('work'),
    path,
    replaceProgram,
    bash(line, words, before = '') {
      const script = `source '${path('script.bash')}'\n${before}\n${IN_BASH}`;
      return runShell('bash', ['--norc', '-c', script, 'bash', ...words], { LINE: line });
    },
    fish(line) {
      // These are fish's own completions, such as for `not`. They must be loaded here, because --no-config does not load them.
      const own =
        'set -g fish_complete_path $__fish_data_dir/completions; set -g fish_function_path $__fish_data_dir/functions';
      const script = `${own}; source $argv[1]; complete -C $argv[2]`;
      return runShell('fish', ['--no-config', '-c', script, path('script.fish'), line]);
    },
    type(shell, lines, setup = shell === 'bash' ? `source '${path('script.bash')}'` : EVAL_ZSH) {
      if (shell === 'bash') {
        writeFileSync(path('rc'), `unset HISTFILE\n${setup}\nPS1='ready> '\n`);
      } else {
        const quiet = 'unsetopt beep; HISTFILE=; LISTMAX=1000';
        writeFileSync(path('.zshrc'), `${quiet}\n${setup}\nPS1='ready> '\n`);
      }
      const command =
        shell === 'bash' ? `bash --noprofile --rcfile '${path('rc')}' -i` : 'zsh -d -i';
      const more = { ZDOTDIR: base, SHELL: '/bin/sh' };
      return typeInto(command, lines, { env: { ...env, ...more }, cwd: path('work') });
    },
    leave() {
      server.close();
      rmSync(base, { recursive: true });
    },
  };
}

const EVAL_ZSH = 'autoload -Uz compinit; compinit -D -u; eval "$(vstoken completion zsh)"';

/** Types the lines one by one. Waits each time until the command of the previous line has ended. */
function typeInto(
  command: string,
  lines: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<{ readonly ran: readonly string[]; readonly screen: string }> {
  const line = `stty cols 2000 rows 200; exec ${command}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], options);
  const ran: string[] = [];
  let screen = '';
  let from = 0;
  const left = [...lines, 'exit'];
  const look = () => {
    const shown = stripVTControlCharacters(screen.slice(from)).replaceAll('\r', '');
    if (!/ready> $/.test(shown)) return;
    const [, words] = /^ran ?(.*) \.$/m.exec(shown) ?? [];
    if (left.length <= lines.length) {
      // The shell shows its prompt again after a list of completions, before the typed line has run. So wait for the output of
      // the command.
      if (words === undefined) return;
      ran.push(words);
    }
    from = screen.length;
    child.stdin.write(`${left.shift()}\r`);
  };
  child.stdout.setEncoding('utf8').on('data', (data) => {
    screen += data;
    look();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve({ ran, screen: stripVTControlCharacters(screen) }));
  });
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderLines } from '../../src/commands/completion/render';
import type { Shell } from '../../src/commands/completion/scripts';
import { needs } from '../support/needs';
import { fc } from '../support/properties';
import { configDirWith } from '../support/stored';
import { findCanaries } from './support/canary';
import { createUser, type User } from './support/completing-shells';
import { runBinary, start } from './support/run-binary';

const KEY = 'CanaryKey/8c1+4x&%41=z"Qw\\5(end';

let user: User;
let configDir: string;
beforeAll(async () => {
  const server = { url: 'http://localhost:8787', apiKey: KEY };
  configDir = configDirWith(server, ['default', 'staging']);
  user = await createUser(configDir);
});
afterAll(() => user.leave());

/** Returns a zsh start file. It loads the completion script from the folder to which `createUser` has written the script. */
const fromFunctions = (one: User) =>
  `fpath=('${one.path('functions')}' $fpath); autoload -Uz compinit; compinit -D -u`;

/** Command lines that are typed with Tab keys, and the arguments that the program then receives. */
const TYPED: readonly (readonly [line: string, words: string])[] = [
  ['vstoken mi\t--acc\treadw\t', '<mint> <--access> <readwrite>'],
  ['vocalstack-token -q mi\t--out\tdote\t', '<-q> <mint> <--output> <dotenv>'],
  ['vstoken mint --access=readw\t', '<mint> <--access=readwrite>'],
  ['vstoken --profile sta\tmint', '<--profile> <staging> <mint>'],
  ["vstoken mint --profile 'sta\t", '<mint> <--profile> <staging>'],
  ['vstoken profile use defa\t', '<profile> <use> <default>'],
  ['vstoken verify --only one-time-r\t,reus\t', '<verify> <--only> <one-time-race,reusable>'],
  ['vstoken verify --only=tr\t', '<verify> <--only=transport>'],
  ['vstoken test --rep\tju\toth\t', '<test> <--report> <junit=other.wav>'],
  ['vstoken test --report=html=oth\t', '<test> <--report=html=other.wav>'],
  ['vstoken test --file a\\ c\t', '<test> <--file> <a clip.wav>'],
  ["vstoken test --file 'a c\t", '<test> <--file> <a clip.wav>'],
  ['vstoken test --file=oth\t', '<test> <--file=other.wav>'],
  ['vstoken sandbox --fail mint:50\t', '<sandbox> <--fail> <mint:503>'],
  ['vstoken sandbox --fail token:sp\t', '<sandbox> <--fail> <token:spent>'],
  [
    'vstoken --api-server http://localhost:8787 exp\t',
    '<--api-server> <http://localhost:8787> <explain>',
  ],
  ['vstoken explain token_sp\t', '<explain> <token_spent>'],
  ['vstoken config set led\tof\t', '<config> <set> <ledger> <off>'],
  ['vstoken help veri\t', '<help> <verify>'],
  ['vstoken mint oth\t', '<mint> <oth>'],
  ['vstoken exec --acc\treadw\t-- ls oth\t', '<exec> <--access> <readwrite> <--> <ls> <other.wav>'],
  ['A=b vstoken mint --coun\t', '<mint> <--count>'],
];

/**
 * Shell syntax that runs a command if a shell evaluates it. The test types each text in a command line, presses Tab, and deletes
 * the line.
 */
const PLANTED = ['$(touch planted)', '`touch planted`', '"$(touch planted)"', ';touch planted;#'];

describe.each(['bash', 'zsh'] as const)(
  'completion at the prompt of %s',
  needs('bash', 'zsh', 'script'),
  (shell) => {
    it('completes commands, options and values at a Tab', async () => {
      const { ran } = await user.type(
        shell,
        TYPED.map(([line]) => line),
      );
      const got = TYPED.map(([line], index) => [line, ran[index]]);
      expect(got).toEqual(TYPED);
    }, 120_000);

    it('runs no code in the typed line at a Tab', async () => {
      const places = ['--profile WORD mint --acc', 'mint WORD --acc', 'exec --name=WORD --acc'];
      const lines = PLANTED.flatMap((word) =>
        places.map((place) => `vstoken ${place.replace('WORD', word)}\t\u0015vstoken mint --acc\t`),
      );
      const { ran, screen } = await user.type(shell, lines);
      expect(ran).toEqual(lines.map(() => '<mint> <--access>'));
      expect(screen).toContain('touch planted');
      expect(existsSync(join(user.work, 'planted'))).toBe(false);
    }, 120_000);
  },
);

describe('completion in zsh', needs('bash', 'zsh', 'script'), () => {
  it('also works from a file in a folder of fpath', async () => {
    const lines = ['vstoken mint --acc\t', 'vocalstack-token mint --acc\t'];
    const { ran } = await user.type('zsh', lines, fromFunctions(user));
    expect(ran).toEqual(['<mint> <--access>', '<mint> <--access>']);
  }, 60_000);

  it('lists a description for each word', async () => {
    const { screen } = await user.type('zsh', [
      'vstoken mint --access\t-\u0015vstoken mint --\t\t\u0015vstoken',
    ]);
    expect(screen).toMatch(/^--access +-- readonly or readwrite \(default: readonly\)/m);
    expect(screen).toMatch(/^--quiet +-- print only results and errors/m);
  }, 60_000);
});

describe('the completion function of bash', needs('bash'), () => {
  it.each([
    ['vstoken mint --acc', ['vstoken', 'mint', '--acc'], ['--access']],
    ['vstoken --acc mint', ['vstoken', '--acc', 'mint'], ['mint']],
    ['vstoken mint --access=', ['vstoken', 'mint', '--access', '='], ['readonly', 'readwrite']],
    [
      'vstoken mint --access=r',
      ['vstoken', 'mint', '--access', '=', 'r'],
      ['readonly', 'readwrite'],
    ],
    ['vstoken test --report ', ['vstoken', 'test', '--report', ''], ['junit=', 'html=', 'github']],
    [
      'vstoken test --report j',
      ['vstoken', 'test', '--report', 'j'],
      ['option: nospace', 'junit='],
    ],
    [
      'vstoken test --report junit=',
      ['vstoken', 'test', '--report', 'junit', '='],
      ['option: default'],
    ],
    ['vstoken test --file ', ['vstoken', 'test', '--file', ''], ['option: default']],
    ['vstoken mint > ', ['vstoken', 'mint', '>', ''], ['option: default']],
    ['vstoken mint 2>e', ['vstoken', 'mint', '2', '>', 'e'], ['option: default']],
    ['vstoken mint --lifetime ', ['vstoken', 'mint', '--lifetime', ''], []],
    [
      'vstoken sandbox --fail token:',
      ['vstoken', 'sandbox', '--fail', 'token', ':'],
      ['expired', 'spent'],
    ],
  ])('offers the right words at the end of %j', async (line, words, expected) => {
    expect(await user.bash(line, words)).toEqual(expected);
  });

  it.each(['set -u', 'shopt -s failglob', 'shopt -s nullglob', 'IFS=e', 'set -o posix'])(
    'offers the same words after %s',
    async (before) => {
      const words = ['vstoken', 'mint', '--access', '=', 're'];
      expect(await user.bash('vstoken mint --access=re', words, before)).toEqual([
        'readonly',
        'readwrite',
      ]);
    },
  );

  it('uses only the text before the cursor', async () => {
    const got = await user.bash('vstoken mint --acc', ['vstoken', 'mint', '--access=readonly']);
    expect(got).toEqual(['--access']);
  });

  it('completes a command after exec, or leaves this to the package bash-completion', async () => {
    const [line, words] = ['vstoken exec -q -- vocal', ['vstoken', 'exec', '-q', '--', 'vocal']];
    const all = await user.bash(line, words);
    expect(all).toContain('vocalstack-token');
    expect(all).toContain('option: default');
    for (const name of ['_command_offset', '_comp_command_offset']) {
      const before = `${name}() { echo "from word $1"; }`;
      expect(await user.bash(line, words, before)).toEqual(['from word 4']);
    }
  });
});

describe('completion in fish', needs('bash', 'fish'), () => {
  it.each([
    ['vstoken mint --acc', ['--access\treadonly or readwrite (default: readonly)']],
    ['vocalstack-token mint --access ', ['readonly', 'readwrite']],
    ['vstoken mint --access=', ['--access=readonly', '--access=readwrite']],
    ['vstoken -q exp', ['explain\texplain an error code, and how to fix the error']],
    ['A=b vstoken mint --access ', ['readonly', 'readwrite']],
    ['not vstoken mint --access ', ['readonly', 'readwrite']],
    ['and vstoken mint --access ', ['readonly', 'readwrite']],
    ['vstoken mint --profile sta', ['staging\tplaintext, for http://localhost:8787']],
    ['vstoken test --report ', ['junit=', 'html=', 'github']],
    ['vstoken test --report junit=oth', ['junit=other.wav']],
    ['vstoken test --report=html=oth', ['--report=html=other.wav']],
    ['vstoken test --file oth', ['other.wav']],
    ['vstoken test oth', []],
    ['vstoken mint --lifetime ', []],
    ['vstoken exec -q --access readonly -- ls oth', ['other.wav']],
    ['vstoken exec -- vstoken mint --access ', ['readonly', 'readwrite']],
    [
      'vstoken verify --only reusable,one-time-r',
      ['reusable,one-time-race\tOnly one of two simultaneous uses succeeds'],
    ],
  ])('offers the right words at the end of %j', async (line, expected) => {
    expect(await user.fish(line)).toEqual(expected);
  });

  it('offers commands after exec', async () => {
    expect(await user.fish('vstoken exec -- vocal')).toEqual([
      expect.stringMatching(/^vocalstack-token\t/),
    ]);
  });

  it('runs no code in the typed line', async () => {
    for (const word of [
      '(touch planted)',
      '$(touch planted)',
      ';touch planted;',
      "'(touch planted)'",
    ]) {
      for (const line of [`vstoken --profile ${word} mint --acc`, `vstoken exec -- ls ${word}`]) {
        await user.fish(line);
      }
    }
    expect(existsSync(join(user.work, 'planted'))).toBe(false);
  });
});

describe('completion by the built program', () => {
  let own: User;
  beforeAll(async () => {
    own = await createUser(configDir, 'spawned');
  });
  afterAll(() => own.leave());

  it.each(['bash', 'zsh'] as const)(
    'works at the prompt of %s',
    needs('bash', 'zsh', 'script'),
    async (shell) => {
      const typed = TYPED.slice(0, 4);
      const { ran } = await own.type(
        shell,
        typed.map(([line]) => line),
      );
      expect(ran).toEqual(typed.map(([, words]) => words));
    },
  );

  it('works in the function of bash', needs('bash'), async () => {
    const words = ['vstoken', 'mint', '--access', '=', 'r'];
    expect(await own.bash('vstoken mint --access=r', words)).toEqual(['readonly', 'readwrite']);
  });

  it('works in fish', needs('fish'), async () => {
    expect(await own.fish('vstoken mint --profile sta')).toEqual([
      'staging\tplaintext, for http://localhost:8787',
    ]);
  });
});

/** In these tests another program replaces vstoken and prints other completions. */
describe('the answers that the completion scripts get', () => {
  let other: User;
  beforeAll(async () => {
    other = await createUser(configDir);
  });
  afterAll(() => other.leave());

  const about = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'\'"`$:[](){}<>%!~#*?&|;\\ '),
      fc.constantFrom('$(touch planted)', '`touch planted`', '%F{red}', '\\n', 'é'),
      fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
    ),
    minLength: 1,
    maxLength: 25,
  });
  const candidates = fc
    .sample(about, { numRuns: 60, seed: 11 })
    .map((text) => text.trim().replace(/ +/g, ' '))
    .filter((text) => text !== '')
    .map((text, index) => ({
      value: `v${String(index).padStart(2, '0')}`,
      about: `${index} ${text}`,
      open: false,
    }));

  function say(shell: Shell): void {
    const text = renderLines(shell, { offer: 'values', values: candidates, skip: 0 });
    other.replaceProgram(
      `#!/bin/sh\ncase $1 in completion) cat <<'END-OF-TEXT'\n${text}END-OF-TEXT\n;; *) echo ran .; esac\n`,
    );
  }

  it('are shown unchanged by fish, whatever a summary contains', needs('fish'), async () => {
    say('fish');
    const expected = candidates.map(({ value, about: text }) => `${value}\t${text}`);
    expect(await other.fish('vstoken ')).toEqual(expected);
    expect(readdirSync(other.work)).not.toContain('planted');
  });

  it(
    'are shown unchanged by zsh, whatever a summary contains',
    needs('zsh', 'script'),
    async () => {
      say('zsh');
      const { screen } = await other.type(
        'zsh',
        ['vstoken \t\t\u0015vstoken'],
        fromFunctions(other),
      );
      const shown = screen
        .split(/\r*\n/)
        .map((line) => line.replace(/^(v\d\d) +-- /, '$1 ').trimEnd());
      expect(shown).toEqual(
        expect.arrayContaining(
          candidates.slice(0, -1).map(({ value, about: text }) => `${value} ${text}`),
        ),
      );
      expect(readdirSync(other.work)).not.toContain('planted');
    },
  );

  it('need compinit in zsh, and zsh prints one line if it is missing', needs('zsh'), async () => {
    const script = (await runBinary(['completion', 'zsh'])).out;
    const { code, out, err } = await start('zsh', ['-f', '-c', script]).done;
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toBe(
      'vstoken: completion needs this line before it in ~/.zshrc: autoload -Uz compinit && compinit\n',
    );
  });

  it('are ignored if they are invalid', needs('bash', 'fish'), async () => {
    for (const text of ['', 'x', 'values', 'values x', '$(touch planted)', 'files', 'files x']) {
      other.replaceProgram(`#!/bin/sh\necho '${text}'\n`);
      const words = ['vstoken', 'mint', '--acc'];
      expect(
        (await other.bash(words.join(' '), words)).filter((line) => !line.startsWith('option')),
      ).toEqual([]);
    }
    other.replaceProgram('#!/bin/sh\nexit 3\n');
    expect(await other.bash('vstoken m', ['vstoken', 'm'])).toEqual([]);
    expect(await other.fish('vstoken m')).toEqual([]);
  });

  it(
    'S23 are requested on standard input, without the words after --',
    needs('bash', 'fish'),
    async () => {
      const asked = other.path('asked');
      other.replaceProgram(`#!/bin/sh\n{ echo "$*"; cat; } > '${asked}'; echo values\n`);
      const SECRET = 'Planted5ecret';
      const line = `vstoken exec --name ${SECRET} -- curl ${SECRET}`;
      for (const [shell, ask] of [
        ['bash', () => other.bash(line, line.split(' '))],
        ['fish', () => other.fish(line)],
      ] as const) {
        await ask();
        expect(readFileSync(asked, 'utf8')).toBe(
          `completion ${shell} --words\nexec\n--name\n${SECRET}\n--\n\n`,
        );
      }
    },
  );

  it('S23 are requested by zsh in the same way', needs('zsh', 'script'), async () => {
    const asked = other.path('asked-by-zsh');
    other.replaceProgram(
      `#!/bin/sh\n[ "$1" = completion ] || { echo ran .; exit; }\n{ echo "$*"; cat; } > '${asked}'\n`,
    );
    const line = 'vstoken exec --name Planted5ecret -- curl Planted5ecret';
    await other.type('zsh', [`${line}\t\u0015vstoken`], fromFunctions(other));
    expect(readFileSync(asked, 'utf8')).toBe(
      'completion zsh --words\nexec\n--name\nPlanted5ecret\n--\n\n',
    );
  });
});

describe('S19 vstoken completion', () => {
  it('prints no key', async () => {
    const result = await runBinary(['completion', 'fish', '--words'], {
      env: { VOCALSTACK_CONFIG_DIR: configDir, VOCALSTACK_API_KEY: KEY },
      stdin: 'mint\n--profile\n\n',
    });
    expect(result).toMatchObject({ code: 0, out: expect.stringContaining('\nstaging\t'), err: '' });
    expect(findCanaries(result, [], [{ name: 'key', secret: KEY }])).toEqual([]);
  });
});

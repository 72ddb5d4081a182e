import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Tree } from '../src/commands/help/tree';
import { addTo, type Contract, contractOf, findBroken } from './support/contract';
import { run } from './support/run';

const PATH = join(import.meta.dirname, 'contract.json');
const tree = (await run('help --json')).json<Tree>();
const kept = contractOf(tree);
const readPromised = (): Contract => JSON.parse(readFileSync(PATH, 'utf8'));

// `npm run contract` only adds new entries to contract.json. To remove or change an entry, edit contract.json by hand, so that no
// entry is removed or changed by mistake.
if (process.env['VSTOKEN_CONTRACT'] === 'write') {
  writeFileSync(PATH, `${JSON.stringify(addTo(readPromised(), kept), null, 2)}\n`);
}

describe('the contract in test/contract.json', () => {
  it('is kept: everything that scripts use still exists and means the same', () => {
    expect(findBroken(readPromised(), kept)).toEqual([]);
  });

  it('is complete (if not: npm run contract)', () => {
    expect(findBroken(kept, readPromised())).toEqual([]);
  });

  it('has entries of every kind', () => {
    const sizes = Object.entries(readPromised()).map(([kind, all]) => [kind, Object.keys(all)]);
    expect(sizes.map(([kind]) => kind)).toEqual([
      ...['commands', 'arguments', 'options', 'variables', 'exits', 'codes', 'json', 'topics'],
    ]);
    for (const [, names] of sizes) expect(names?.length).toBeGreaterThan(4);
  });
});

describe('the comparison with the contract', () => {
  const command = (change: (tree: Tree) => Tree) => findBroken(kept, contractOf(change(tree)));

  it.each<[string, (tree: Tree) => Tree, string]>([
    [
      'an option that is gone',
      (all) => ({
        ...all,
        commands: all.commands.map((each) => ({
          ...each,
          options: each.options.filter(({ flag }) => flag !== '--prove'),
        })),
      }),
      'options: mint --prove is gone',
    ],
    [
      'another default',
      (all) => ({
        ...all,
        commands: all.commands.map((each) => ({
          ...each,
          options: each.options.map((option) =>
            option.flag === '--rate' ? { ...option, about: 'another' } : option,
          ),
        })),
      }),
      'options: serve --rate <rate> meant "the maximum rate of tokens (default: 60/min)", and means "another"',
    ],
    [
      'another exit code',
      (all) => ({
        ...all,
        codes: all.codes.map((each) => (each.code === 'no_key' ? { ...each, exit: 5 } : each)),
      }),
      'codes: no_key meant "exit 4: no API key was found", and means "exit 5: no API key was found"',
    ],
    [
      'a member that is gone',
      (all) => ({
        ...all,
        commands: all.commands.map((each) =>
          each.command === 'version' ? { ...each, json: [] } : each,
        ),
      }),
      'json: version --json: version is gone',
    ],
  ])('finds %s', (_what, change, words) => {
    expect(command(change)).toEqual([words]);
  });

  it('accepts a new entry, and adds it', () => {
    const promised: Contract = { codes: { old: 'exit 1' } };
    const now: Contract = { codes: { old: 'exit 1', new: 'exit 2' }, topics: { one: 'x' } };
    expect(findBroken(promised, now)).toEqual([]);
    expect(addTo(promised, now)).toEqual(now);
    expect(addTo({ codes: { old: 'exit 3' } }, now).codes).toEqual({
      old: 'exit 3',
      new: 'exit 2',
    });
  });
});

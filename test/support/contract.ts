import type { JsonHelp, OptionHelp } from '../../src/commands/help/document';
import type { Tree } from '../../src/commands/help/tree';

/**
 * The names that scripts can rely on, such as options and error codes. The outer keys are kinds of names. The inner keys are
 * names, and their values are what the names mean.
 */
export type Contract = Readonly<Record<string, Readonly<Record<string, string>>>>;

function optionRows(command: string, options: readonly OptionHelp[]) {
  return options.map(({ flag, short, value, about, values, repeats }) => {
    const name = [command, flag, value].filter(Boolean).join(' ');
    const more = [
      ...(short === null ? [] : [`also ${short}`]),
      ...(values === null ? [] : [`one of ${values.join(', ')}`]),
      ...(repeats ? ['may be given again'] : []),
    ];
    return [name, [about, ...more].join('; ')] as const;
  });
}

function memberRows(command: string, { when, documents }: JsonHelp) {
  return documents.flatMap(({ members }, index) => {
    const which = documents.length > 1 ? ` (${index + 1})` : '';
    return members.map(({ path, type }) => [`${command} ${when}${which}: ${path}`, type] as const);
  });
}

export function contractOf(tree: Tree): Contract {
  const { commands } = tree;
  const rows: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    commands: commands.map(({ command, usage, summary }) => [command, `${usage}: ${summary}`]),
    arguments: commands.flatMap(({ command, operands }) =>
      operands.map(({ name, summary }) => [`${command} ${name}`, summary] as const),
    ),
    options: [
      ...commands.flatMap(({ command, options, global_options }) =>
        optionRows(command, [...options, ...global_options]),
      ),
      ...optionRows('vstoken', tree.global_options),
    ],
    variables: tree.variables.map(({ name, meaning, default: preset }) => [
      name,
      preset === null ? meaning : `${meaning} (default: ${preset})`,
    ]),
    exits: tree.exits.map(({ exit, meaning }) => [String(exit), meaning]),
    codes: tree.codes.map(({ code, exit, meaning }) => [code, `exit ${exit}: ${meaning}`]),
    json: [
      ...commands.flatMap(({ command, json }) => json.flatMap((each) => memberRows(command, each))),
      ...memberRows('', tree.error_json).map(([name, type]) => [name.trim(), type] as const),
    ],
    topics: tree.topics.map(({ topic, summary }) => [topic, summary]),
  };
  return Object.fromEntries(
    Object.entries(rows).map(([kind, list]) => [kind, Object.fromEntries(list)]),
  );
}

/**
 * Compares two contracts. Returns a text for each name of `promised` that is missing in `kept`, and for each name of `promised`
 * that has another meaning in `kept`.
 */
export function findBroken(promised: Contract, kept: Contract): readonly string[] {
  return Object.entries(promised).flatMap(([kind, entries]) =>
    Object.entries(entries).flatMap(([name, meaning]) => {
      const now = kept[kind]?.[name];
      if (now === undefined) return [`${kind}: ${name} is gone`];
      return now === meaning ? [] : [`${kind}: ${name} meant "${meaning}", and means "${now}"`];
    }),
  );
}

/**
 * Returns a contract with the names of `promised` and of `kept`. A name that is in both has its meaning from `promised`, because
 * a promised meaning must not change.
 */
export function addTo(promised: Contract, kept: Contract): Contract {
  return Object.fromEntries(
    Object.entries(kept).map(([kind, entries]) => [kind, { ...entries, ...promised[kind] }]),
  );
}

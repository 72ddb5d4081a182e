import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { type Result, ROOT, start } from './run-binary';

/** A composite action, as its metadata file (action.yml) describes it. */
export interface Action {
  readonly name: string;
  readonly description: string;
  readonly author: string;
  readonly branding: { readonly icon: string; readonly color: string };
  readonly inputs: Readonly<Record<string, ActionInput>>;
  readonly outputs: Readonly<
    Record<string, { readonly description: string; readonly value: string }>
  >;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

interface ActionInput {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string;
}

export interface ActionStep {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly env?: Texts;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Texts;
}

type Texts = Readonly<Record<string, string>>;

export const ACTION_TEXT = readFileSync(join(ROOT, 'action.yml'), 'utf8');
export const ACTION: Action = parse(ACTION_TEXT);

export interface ActionRun {
  readonly ok: boolean;
  readonly outputs: Texts;
  /** The results of the steps that ran a script, in order. */
  readonly results: readonly (Result & { readonly name: string; readonly summary: string })[];
  /** The steps that use another action. */
  readonly used: readonly { readonly uses: string; readonly with: Texts }[];
}

interface State {
  readonly inputs: Texts;
  readonly steps: Record<string, Texts>;
}

const EXPRESSION = /\$\{\{(.*?)\}\}/g;

/** Returns the expressions in a text, without their `${{ }}`. */
export function expressionsIn(text: string): readonly string[] {
  return [...text.matchAll(EXPRESSION)].map(([, inside = '']) => inside.trim());
}

/**
 * Evaluates an expression of GitHub Actions. Supports only the syntax that the action uses.
 * @throws Error for any other syntax
 */
function evaluate(expression: string, state: State): string {
  const text = expression.trim();
  const either = text.split('||');
  if (either.length > 1) {
    return either.map((one) => evaluate(one, state)).find((value) => value !== '') ?? '';
  }
  const all = text.split('&&').map((one) => one.trim());
  if (all.length > 1) {
    return all.every((one) => evaluate(one, state) !== '') ? 'true' : '';
  }
  const [, left, right] = /^(.+?)\s*!=\s*(.+)$/.exec(text) ?? [];
  if (left && right) return evaluate(left, state) !== evaluate(right, state) ? 'true' : '';
  if (text === '!cancelled()') return 'true';
  const [, literal] = /^'([^']*)'$/.exec(text) ?? [];
  if (literal !== undefined) return literal;
  const [, input] = /^inputs\.([\w-]+)$/.exec(text) ?? [];
  if (input && input in state.inputs) return state.inputs[input] ?? '';
  const [, step = '', output = ''] = /^steps\.([\w-]+)\.outputs\.([\w-]+)$/.exec(text) ?? [];
  if (step) return state.steps[step]?.[output] ?? '';
  throw new Error(`No such expression: ${text}`);
}

const fill = (text: string, state: State) =>
  String(text).replace(EXPRESSION, (_, inside: string) => evaluate(inside, state));
const fillAll = (texts: Texts, state: State): Texts =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text, state)]));

/** Parses the file GITHUB_OUTPUT, which a step writes. */
function parseOutputs(text: string): Texts {
  const form = /^([\w-]+)(?:=(.*)|<<(.+)\n([\s\S]*?)\n\3)$/gm;
  return Object.fromEntries(
    [...text.matchAll(form)].map(([, name, value, , block]) => [name, value ?? block ?? '']),
  );
}

const FILES = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'] as const;

/**
 * Runs the steps of the action in order, as GitHub's runner does on Linux. Steps that use another action are only recorded.
 * @param base a folder for the runner's files
 * @param env the job's environment
 */
export async function runAction(given: Texts, base: string, env: Texts = {}): Promise<ActionRun> {
  const defaults = Object.entries(ACTION.inputs).map(([name, input]) => [
    name,
    String(input.default ?? ''),
  ]);
  const state: State = { inputs: { ...Object.fromEntries(defaults), ...given }, steps: {} };
  const home = mkdtempSync(join(base, 'job-'));
  const temp = join(home, 'temp');
  mkdirSync(temp);
  let path = env['PATH'] ?? process.env['PATH'] ?? '';
  let ok = true;
  const results: ActionRun['results'][number][] = [];
  const used: ActionRun['used'][number][] = [];

  for (const [index, step] of ACTION.runs.steps.entries()) {
    if (step.if ? fill(step.if, state) === '' : !ok) continue;
    if (step.uses) {
      used.push({ uses: step.uses, with: fillAll(step.with ?? {}, state) });
      continue;
    }
    const folder = mkdtempSync(join(home, `step-${index}-`));
    const files = Object.fromEntries(FILES.map((name) => [name, join(folder, name)]));
    for (const file of Object.values(files)) writeFileSync(file, '');
    const script = join(folder, 'script.sh');
    writeFileSync(script, step.run ?? '');
    const result = await start('/bin/bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      env: {
        ...env,
        ...fillAll(step.env ?? {}, state),
        ...files,
        PATH: path,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        RUNNER_TEMP: temp,
      },
    }).done;
    const written = (name: string) => readFileSync(files[name] ?? '', 'utf8');
    results.push({ ...result, name: step.name ?? '', summary: written('GITHUB_STEP_SUMMARY') });
    if (step.id) state.steps[step.id] = parseOutputs(written('GITHUB_OUTPUT'));
    path = [...written('GITHUB_PATH').split('\n').filter(Boolean).reverse(), path].join(delimiter);
    ok &&= result.code === 0;
  }
  const values = Object.entries(ACTION.outputs).map(([name, { value }]) => [
    name,
    fill(value, state),
  ]);
  return { ok, outputs: Object.fromEntries(values), results, used };
}

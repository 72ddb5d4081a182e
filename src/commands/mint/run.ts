import type { CommandContext, Emit, Outcome } from '../../cli/define';
import { defaultsFrom, tokenOptionsFrom } from '../../cli/token-options';
import { TOKEN_VARIABLE } from '../../core/key-source';
import { formatToken, type TokenFormat } from '../../core/quote';
import { type Minted, mintOne } from '../../credentials/mint-one';
import type { SdkInUse } from '../../credentials/open-sdk';
import { adviseOnToken, refuseWorkflowCommand } from './advice';
import { DEFAULT_CONCURRENCY, type MintValues } from './options';
import { withOwnDeadline } from './own-deadline';

/** @param sdk through which to mint */
export async function runMint(
  context: CommandContext,
  values: MintValues,
  emit: Emit<Minted>,
  sdk?: SdkInUse,
): Promise<Outcome<Minted> | null> {
  const format = values.output ?? 'text';
  const name = values.name ?? TOKEN_VARIABLE;
  const requireNoCommand = (token: string) => {
    if (format === 'json' || context.globals.json) return;
    refuseWorkflowCommand(lineOf(token, format, name));
  };
  if (format === 'github') (await import('./github')).requireGithubFiles(context);

  const { key } =
    values.count === undefined
      ? await context.target.key()
      : await withOwnDeadline(context, (own) => context.target.key(own));
  let options = tokenOptionsFrom(values, defaultsFrom(context.target.settings));
  if (values.interactive) {
    const { askForOptions } = await import('./ask');
    options = await askForOptions(context, options, values);
  }
  if (values.prove) {
    const { proveTwin } = await import('./prove');
    const seen = await withOwnDeadline(context, (own) => proveTwin(own, key, options, sdk?.api));
    context.notes.note(`Proved: a twin with the same options ${seen}. What is printed is unused.`);
  }
  if (values.count !== undefined) {
    const { mintMany } = await import('./many');
    const batch = {
      count: values.count,
      concurrency: values.concurrency ?? DEFAULT_CONCURRENCY,
    };
    const begun = context.clock.now();
    await mintMany(context, key, options, batch, async (minted) => {
      requireNoCommand(minted.token);
      await emit(minted);
    });
    adviseOnToken(context, options, begun);
    return null;
  }

  const minted = await mintOne(context, key, options, sdk?.api);
  if (format === 'github') {
    await (await import('./github')).handToGithub(context, minted.token, name);
    return null;
  }
  requireNoCommand(minted.token);
  adviseOnToken(context, options, Date.parse(minted.issued_at));
  return { data: sdk ? { ...minted, client: sdk.client } : minted };
}

/** A token as text: unchanged, unless its format is a line. */
export function lineOf(token: string, format: TokenFormat, name: string): string {
  return formatToken(token, format === 'json' || format === 'github' ? 'text' : format, name);
}

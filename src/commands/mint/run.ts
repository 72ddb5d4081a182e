import type { CommandContext, Emit, Outcome } from '../../cli/define';
import { defaultsFrom, tokenOptionsFrom } from '../../cli/token-options';
import { timeOfDay } from '../../core/iso-time';
import { TOKEN_VARIABLE } from '../../core/key-source';
import { formatToken, type TokenFormat } from '../../core/quote';
import { type Minted, mintOne } from '../../credentials/mint-one';
import type { SdkInUse } from '../../credentials/open-sdk';
import { adviseOnToken, refuseWorkflowCommand } from './advice';
import { DEFAULT_CONCURRENCY, type MintValues } from './options';
import { withOwnDeadline } from './own-deadline';

/** The JSON of `vstoken mint --copy`. */
export interface Copied extends Omit<Minted, 'token'> {
  /** The program that copied the token, or `terminal` if the terminal was asked to copy it. */
  readonly copied_by: string;
}

/**
 * Mints one or several tokens, and prints or copies them.
 * @param sdk the SDK that mints the tokens; undefined for the built-in client
 */
export async function runMint(
  context: CommandContext,
  values: MintValues,
  emit: Emit<Minted>,
  sdk?: SdkInUse,
): Promise<Outcome<Minted | Copied> | null> {
  const format = values.output ?? 'text';
  const name = values.name ?? TOKEN_VARIABLE;
  const requireNoCommand = (token: string) => {
    if (format === 'json' || context.globals.json) return;
    refuseWorkflowCommand(lineOf(token, format, name));
  };
  if (format === 'github') (await import('./github')).requireGithubFiles(context);

  const copy = values.copy ? await (await import('./copy')).openClipboard(context) : undefined;

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
    const { testSecondToken } = await import('./prove');
    const seen = await withOwnDeadline(context, (own) =>
      testSecondToken(own, key, options, sdk?.api),
    );
    const what = copy ? 'The copied token' : 'The printed token';
    context.notes.note(`Tested: a second token with the same options ${seen}. ${what} is unused.`);
  }
  if (values.count !== undefined) {
    const { mintMany } = await import('./many');
    const batch = {
      count: values.count,
      concurrency: values.concurrency ?? DEFAULT_CONCURRENCY,
    };
    const startedAt = context.clock.now();
    await mintMany(context, key, options, batch, async (minted) => {
      requireNoCommand(minted.token);
      await emit(minted);
    });
    adviseOnToken(context, options, startedAt);
    return null;
  }

  const minted = await mintOne(context, key, options, sdk?.api);
  if (format === 'github') {
    await (await import('./github')).passToGithub(context, minted.token, name);
    return null;
  }
  const shown = sdk ? { ...minted, client: sdk.client } : minted;
  const sentAt = Date.parse(minted.issued_at);
  if (copy) {
    const copied_by = await copy(lineOf(minted.token, format, name).trimEnd());
    adviseOnToken(context, options, sentAt, true);
    const { noteOnCopy } = await import('./copy');
    noteOnCopy(context, copied_by, timeOfDay(sentAt + options.lifetimeS * 1000));
    if (format !== 'json' && !context.globals.json) return null;
    const { token: _copied, ...told } = shown;
    return { data: { ...told, copied_by } };
  }
  requireNoCommand(minted.token);
  adviseOnToken(context, options, sentAt);
  return { data: shown };
}

/**
 * Returns the line that is printed for a token. The formats json and github have no such line. For these formats, returns the
 * token alone.
 */
export function lineOf(token: string, format: TokenFormat, name: string): string {
  return formatToken(token, format === 'json' || format === 'github' ? 'text' : format, name);
}

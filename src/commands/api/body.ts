import type { CommandContext } from '../../cli/define';
import type { Files } from '../../context/files';
import type { Input } from '../../context/io';
import { CliError, shortageOf } from '../../core/errors';
import { parseJson } from '../../core/parse-json';
import { secret } from '../../core/secret';
import type { SecretRegister } from '../../core/secret-register';
import { codeOf } from '../../core/system-reasons';

const MAX_KIB = 1024;
const MAX_BYTES = MAX_KIB * 1024;
const NOT_UTF8 = 'is not UTF-8';
const NAMED_FILE = 'The file of --input';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'cannot be read by this user',
};

/**
 * Reads the body of a call. Called before a token is minted. The body must be UTF-8, because JSON must be UTF-8 (RFC 8259,
 * section 8.1). Does not check that the body is valid JSON: the service checks this.
 * @throws CliError `input_file_unusable`, `stdin_is_terminal`, `stdin_unreadable`
 */
export async function readCallBody(context: CommandContext, path: string): Promise<Uint8Array> {
  const { files, io, secrets, signal } = context;
  const bytes =
    path === '-' ? await readStdin(io.stdin, signal) : await readFile(files, path, signal);
  const source = path === '-' ? 'Standard input' : NAMED_FILE;
  if (bytes.length > MAX_BYTES) throw unusable(`has more than ${MAX_KIB} KiB`, source);
  const text = textIn(bytes);
  if (text === null) throw unusable(NOT_UTF8, source);
  noteSecrets(secrets, text);
  return Buffer.from(text);
}

async function readStdin(stdin: Input, signal: AbortSignal): Promise<Uint8Array> {
  if (!stdin.isTerminal) return stdin.readBytes(MAX_BYTES + 1, signal);
  throw new CliError(
    'stdin_is_terminal',
    '"--input -" reads the body from a pipe, but standard input is a terminal.',
    { hint: 'Use a pipe, or name a file: --input body.json' },
  );
}

async function readFile(files: Files, path: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return await files.readBytes(path, MAX_BYTES + 1).catch(async (error: unknown) => {
      if (codeOf(error) !== 'EISDIR') throw error;
      // `readBytes` fails with EISDIR for a folder or a pipe. The path can be a pipe, for example from a process substitution of
      // a shell. So try `readText`, which can read a pipe and fails for a folder.
      const text = await files.readText(path, MAX_BYTES + 1, signal);
      // `readText` replaces bytes that are not UTF-8 with this character.
      if (text.includes('\ufffd')) throw unusable(NOT_UTF8);
      return Buffer.from(text);
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CliError && error.code === 'input_file_unusable') throw error;
    throw shortageOf(error) ?? unusable(REASONS[codeOf(error)] ?? 'cannot be read');
  }
}

/** Decodes UTF-8. Returns null if the bytes are not UTF-8. */
function textIn(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Registers the secrets in the body of the call, so that the printed answer does not show them. These secrets are the values of
 * members such as `password`, and the signatures in URLs.
 */
function noteSecrets(secrets: SecretRegister, text: string): void {
  let fields: unknown;
  try {
    fields = parseJson(text);
  } catch {
    return;
  }
  if (typeof fields !== 'object' || fields === null) return;
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'string') continue;
    if (/password|secret|token|key/i.test(name)) secrets.add(secret(value));
    if (URL.canParse(value)) secrets.addUrl(value);
  }
}

/**
 * Registers the URLs in a query, because a URL may contain secrets, such as a signature. Decodes each value once more, because a
 * URL may be percent-encoded twice.
 */
export function noteSecretsInQuery(secrets: SecretRegister, query: string): void {
  for (const [, value] of new URLSearchParams(query)) {
    for (const text of [value, decoded(value)]) if (URL.canParse(text)) secrets.addUrl(text);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unusable(problem: string, source = NAMED_FILE): CliError {
  return new CliError('input_file_unusable', `${source} ${problem}.`, {
    hint: 'Name a file with JSON, or use a pipe: echo \'{"name":"demo","link":"demo"}\' | vstoken api POST /polyglot --access readwrite --input -',
  });
}

import { Buffer } from 'node:buffer';
import type { Io } from '../context/io';
import { type Environment, isCi } from '../core/environment';

/** Terminals that would show the sequence, in which the text can be read, or that know no sequences at all. */
const UNABLE = /^(|dumb|unknown|linux|vt\d+|ansi|cons25.*)$/;
/** GNU screen hands on short strings alone. */
const SCREEN_CHARACTERS = 240;

const ESC = '\u001b';
/** Ends a string, as ESC \ does; BEL would ring in what does not know OSC. */
const END = `${ESC}\\`;

/** Where a terminal can be asked from: on standard error, by its device where standard output alone is one; null for nowhere. */
export function terminalToAsk(io: Io, env: Environment): 'stderr' | 'device' | null {
  if (isCi(env) || UNABLE.test(env['TERM'] ?? '')) return null;
  if (io.stderr.isTerminal) return 'stderr';
  return io.stdout.isTerminal ? 'device' : null;
}

/**
 * The sequence that asks a terminal to copy a text (OSC 52 of xterm's "Control Sequences"), through tmux and GNU screen where they
 * are between. tmux takes it itself where `set-clipboard` is on, and hands it on where `allow-passthrough` is.
 */
export function clipboardSequence(text: string, env: Environment): string {
  const sequence = `${ESC}]52;c;${Buffer.from(text).toString('base64')}${END}`;
  if (isTmux(env)) return `${sequence}${ESC}Ptmux;${sequence.replaceAll(ESC, ESC + ESC)}${END}`;
  if (!env['STY']) return sequence;
  // The end of the sequence would be that of the string around it: there BEL is its end.
  const inScreen = `${sequence.slice(0, -END.length)}\u0007`;
  const pieces = inScreen.match(new RegExp(`[^]{1,${SCREEN_CHARACTERS}}`, 'g')) ?? [];
  return pieces.map((piece) => `${ESC}P${piece}${END}`).join('');
}

export function isTmux(env: Environment): boolean {
  return Boolean(env['TMUX']) || /^tmux/.test(env['TERM'] ?? '');
}

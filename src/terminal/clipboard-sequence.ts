import { Buffer } from 'node:buffer';
import type { Io } from '../context/io';
import { type Environment, isCi } from '../core/environment';

/**
 * Matches the values of TERM for terminals that must not get the sequence of OSC 52, which asks a terminal to copy a text. Such a
 * terminal ignores the sequence, or shows the sequence with the token as text.
 */
const UNABLE = /^(|dumb|unknown|linux|vt\d+|ansi|cons25.*)$/;
/** Maximum length of a string that GNU screen passes on to the terminal, in characters. */
const SCREEN_CHARACTERS = 240;

const ESC = '\u001b';
/**
 * The end of an escape sequence: ESC \. BEL would also end the sequence, but makes a sound in a terminal that does not support
 * the sequence.
 */
const END = `${ESC}\\`;

/**
 * Returns how to send an escape sequence to the terminal: through standard error, or through the terminal's device if only
 * standard output is a terminal. Null if no terminal can be used.
 */
export function terminalToAsk(io: Io, env: Environment): 'stderr' | 'device' | null {
  if (isCi(env) || UNABLE.test(env['TERM'] ?? '')) return null;
  if (io.stderr.isTerminal) return 'stderr';
  return io.stdout.isTerminal ? 'device' : null;
}

/**
 * Returns the sequence that asks a terminal to copy a text (OSC 52 of xterm's "Control Sequences"). The sequence also works
 * inside tmux and GNU screen. tmux copies the text itself if `set-clipboard` is on, and passes the sequence on if
 * `allow-passthrough` is on.
 */
export function clipboardSequence(text: string, env: Environment): string {
  const sequence = `${ESC}]52;c;${Buffer.from(text).toString('base64')}${END}`;
  if (isTmux(env)) return `${sequence}${ESC}Ptmux;${sequence.replaceAll(ESC, ESC + ESC)}${END}`;
  if (!env['STY']) return sequence;
  // In GNU screen, ESC \ would end the outer sequence, so the inner sequence ends with BEL.
  const inScreen = `${sequence.slice(0, -END.length)}\u0007`;
  const pieces = inScreen.match(new RegExp(`[^]{1,${SCREEN_CHARACTERS}}`, 'g')) ?? [];
  return pieces.map((piece) => `${ESC}P${piece}${END}`).join('');
}

export function isTmux(env: Environment): boolean {
  return Boolean(env['TMUX']) || /^tmux/.test(env['TERM'] ?? '');
}

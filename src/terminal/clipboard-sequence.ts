import { Buffer } from 'node:buffer';
import type { Io } from '../context/io';
import { type Environment, isCi } from '../core/environment';

/** Terminals that would show the sequence as text, from which the token could be read, or that do not support sequences. */
const UNABLE = /^(|dumb|unknown|linux|vt\d+|ansi|cons25.*)$/;
/** The longest string that GNU screen passes on. */
const SCREEN_CHARACTERS = 240;

const ESC = '\u001b';
/** The end of a string, which is ESC \. Not BEL, which would make a sound in a terminal that does not support OSC. */
const END = `${ESC}\\`;

/**
 * How to reach the terminal: over standard error, or over the terminal's device if only standard output is a terminal. Null if
 * there is no terminal.
 */
export function terminalToAsk(io: Io, env: Environment): 'stderr' | 'device' | null {
  if (isCi(env) || UNABLE.test(env['TERM'] ?? '')) return null;
  if (io.stderr.isTerminal) return 'stderr';
  return io.stdout.isTerminal ? 'device' : null;
}

/**
 * The sequence that asks a terminal to copy a text (OSC 52 of xterm's "Control Sequences"). It also works inside tmux and GNU
 * screen. tmux copies the text itself if `set-clipboard` is on, and passes the sequence on if `allow-passthrough` is on.
 */
export function clipboardSequence(text: string, env: Environment): string {
  const sequence = `${ESC}]52;c;${Buffer.from(text).toString('base64')}${END}`;
  if (isTmux(env)) return `${sequence}${ESC}Ptmux;${sequence.replaceAll(ESC, ESC + ESC)}${END}`;
  if (!env['STY']) return sequence;
  // In GNU screen, ESC \ would end the outer string, so the inner sequence ends with BEL.
  const inScreen = `${sequence.slice(0, -END.length)}\u0007`;
  const pieces = inScreen.match(new RegExp(`[^]{1,${SCREEN_CHARACTERS}}`, 'g')) ?? [];
  return pieces.map((piece) => `${ESC}P${piece}${END}`).join('');
}

export function isTmux(env: Environment): boolean {
  return Boolean(env['TMUX']) || /^tmux/.test(env['TERM'] ?? '');
}

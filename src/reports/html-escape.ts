import { escapeBracketedCommands, escapeText } from '../terminal/text';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Matches lone surrogates, U+FFFE and U+FFFF, which XML 1.0 does not allow. */
const UNENCODABLE = /[\ud800-\udfff\ufffe\uffff]/gu;

/**
 * Escapes untrusted text for an element or a quoted attribute of HTML and XML:
 * - Markup characters become entities.
 * - Line breaks, and characters that are forbidden or hide other text, become visible escapes such as `\u001b`.
 * - Text that looks like a command to a CI system is escaped, because the system may print the report.
 */
export function escapeMarkup(text: string): string {
  return escapeBracketedCommands(escapeText(text))
    .replace(UNENCODABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

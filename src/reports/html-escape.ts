import { defuseBracketed, escapeText } from '../terminal/text';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Halves of a surrogate pair and the two code units that XML 1.0 has no place for. */
const UNENCODABLE = /[\ud800-\udfff\ufffe\uffff]/gu;

/**
 * Text from elsewhere, for an element or a quoted attribute of HTML and of XML: markup becomes entities, and what
 * neither could hold or what would disguise text becomes a visible `\u001b`, a line break included. So does what would command a
 * CI system that prints a report.
 */
export function escapeMarkup(text: string): string {
  return defuseBracketed(escapeText(text))
    .replace(UNENCODABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

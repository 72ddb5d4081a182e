import { defuseBracketed, escapeText } from '../terminal/text';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Lone surrogates, and the two code units that XML 1.0 does not allow. */
const UNENCODABLE = /[\ud800-\udfff\ufffe\uffff]/gu;

/**
 * Escapes untrusted text for an element or a quoted attribute of HTML and XML. Markup becomes entities. Forbidden and disguising
 * characters become a visible `\u001b`, line breaks included. So do commands to a CI system that prints a report.
 */
export function escapeMarkup(text: string): string {
  return defuseBracketed(escapeText(text))
    .replace(UNENCODABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

import { type Paragraph, placeholderSegment } from './segments';

/** The summary, the keywords and the paragraphs of a finished transcription. */
export interface Extras {
  readonly summary: string;
  /** The keywords, separated by commas. */
  readonly keywords: string;
  readonly paragraphs: readonly string[];
}

/** Maximum number of characters that are read to create a summary and keywords. */
const MAX_TEXT_LENGTH = 100_000;
const SUMMARY_LENGTH = 300;
const KEYWORDS = 5;
const KEYWORD_LENGTH = 40;

/** Common English and German words of four letters or more. They do not count as keywords. */
const STOP_WORDS = new Set(
  'about,also,because,been,could,does,from,have,into,just,more,most,only,other,over,some,than,that,their,them,then,there,these,they,this,those,very,were,what,when,where,which,will,with,would,your,aber,auch,dass,dann,dein,denn,dich,diese,dieser,doch,eine,einem,einen,einer,haben,hier,ihre,kann,mein,nicht,noch,oder,schon,sein,sich,sind,über,unter,wenn,werden,wird,wurde'.split(
    ',',
  ),
);

const textOf = (paragraph: Paragraph) => paragraph.map(({ text }) => text).join(' ');

/** Returns at most the first MAX_TEXT_LENGTH characters of a text, cut at the end of a word. */
function beginningOf(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const end = text.lastIndexOf(' ', MAX_TEXT_LENGTH);
  return text.slice(0, end > 0 ? end : MAX_TEXT_LENGTH);
}

/** Returns the first sentences of a text. If the first sentence is longer than SUMMARY_LENGTH, it is cut. */
function summarise(text: string): string {
  let summary = '';
  for (const sentence of text.split(/(?<=[.!?])\s+/)) {
    if (summary !== '' && summary.length + sentence.length >= SUMMARY_LENGTH) break;
    summary = summary === '' ? sentence : `${summary} ${sentence}`;
  }
  const characters = [...summary];
  return characters.length > SUMMARY_LENGTH
    ? `${characters.slice(0, SUMMARY_LENGTH).join('')}…`
    : summary;
}

function keywordsOf(text: string): string {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]{4,}/gu)) {
    const isKeyword = word.length <= KEYWORD_LENGTH && !STOP_WORDS.has(word);
    if (isKeyword) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const words = [...counts].sort(([, one], [, other]) => other - one).map(([word]) => word);
  return words.slice(0, KEYWORDS).join(', ');
}

export function extrasOf(paragraphs: readonly Paragraph[]): Extras {
  const texts = paragraphs.map(textOf).filter((text) => text !== '');
  const text = beginningOf(texts.join(' '));
  if (text === '') return NO_EXTRAS;
  return {
    summary: summarise(text),
    keywords: keywordsOf(text) || labelled('no keywords'),
    paragraphs: texts,
  };
}

const labelled = (what: string) => `[sandbox: ${what}]`;

/** Returns the extras of audio that was not transcribed: a placeholder summary, placeholder keywords, and the paragraphs. */
export const placeholderExtras = (paragraphs: readonly Paragraph[]): Extras => ({
  summary: labelled('no summary, since the audio was not transcribed'),
  keywords: 'sandbox, placeholder',
  paragraphs: [placeholderSegment(paragraphs.flat().at(-1)?.end ?? 0).text],
});

/** The placeholder summary and keywords of audio without words. Such audio has no paragraphs. */
export const NO_EXTRAS: Extras = {
  summary: labelled('no summary, since there are no words'),
  keywords: 'sandbox, placeholder',
  paragraphs: [],
};

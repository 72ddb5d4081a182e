import { labelAudio, type Paragraph } from './segments';

/** What a finished transcription has beside its timeline. */
export interface Extras {
  readonly summary: string;
  /** With commas between them. */
  readonly keywords: string;
  readonly paragraphs: readonly string[];
}

/** Of a text, since what comes of it is short. */
const MOST_READ = 100_000;
const SUMMARY_LENGTH = 300;
const KEYWORDS = 5;
const KEYWORD_LENGTH = 40;

/** Words of four letters and more that say nothing of a text. */
const COMMON = new Set(
  'about,also,because,been,could,does,from,have,into,just,more,most,only,other,over,some,than,that,their,them,then,there,these,they,this,those,very,were,what,when,where,which,will,with,would,your,aber,auch,dass,dann,dein,denn,dich,diese,dieser,doch,eine,einem,einen,einer,haben,hier,ihre,kann,mein,nicht,noch,oder,schon,sein,sich,sind,über,unter,wenn,werden,wird,wurde'.split(
    ',',
  ),
);

const textOf = (paragraph: Paragraph) => paragraph.map(({ text }) => text).join(' ');

/** As much of a text as is read, without a part of a word. */
function beginningOf(text: string): string {
  if (text.length <= MOST_READ) return text;
  const end = text.lastIndexOf(' ', MOST_READ);
  return text.slice(0, end > 0 ? end : MOST_READ);
}

/** The first sentences of a text, and always something of the first. */
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

/** The words that a text has most often. */
function keywordsOf(text: string): string {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]{4,}/gu)) {
    const isKeyword = word.length <= KEYWORD_LENGTH && !COMMON.has(word);
    if (isKeyword) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const words = [...counts].sort(([, one], [, other]) => other - one).map(([word]) => word);
  return words.slice(0, KEYWORDS).join(', ');
}

/** Summary, keywords and paragraphs of a text that is known. */
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

/** What stands in for a summary and keywords that the sandbox cannot make. */
export const placeholderExtras = (paragraphs: readonly Paragraph[]): Extras => ({
  summary: labelled('no summary, since the audio was not transcribed'),
  keywords: 'sandbox, placeholder',
  paragraphs: [labelAudio(paragraphs.flat().at(-1)?.end ?? 0).text],
});

/** Of audio in which nothing was said. */
export const NO_EXTRAS: Extras = {
  summary: labelled('no summary, since there are no words'),
  keywords: 'sandbox, placeholder',
  paragraphs: [],
};

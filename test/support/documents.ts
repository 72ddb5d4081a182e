import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface Document {
  /** The path of the file, relative to the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export const readDocument = (path: string): Document => ({
  path,
  text: readFileSync(join(ROOT, path), 'utf8'),
});

export const MANUAL: readonly Document[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
].map(readDocument);

/** Returns the fenced code blocks of a document whose info string is `kind`, such as `sh run`. */
export function blocksIn({ text }: Document, kind: string): readonly string[] {
  const form = new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...text.matchAll(form)].map(([, block = '']) => block);
}

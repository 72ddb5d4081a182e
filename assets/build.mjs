import { writeFileSync } from 'node:fs';
import { generateDtsBundle } from 'dts-bundle-generator';
import { build } from 'rolldown';
import { loadConfig } from 'rolldown/config';

// Makes dist/ and prints nothing unless it fails or warns: rolldown's own command lists every chunk.
// One after the other: the first empties the folder.
for (const config of await loadConfig('rolldown.config.ts')) await build(config);

// The types of each entry as one file, with what it needs and no more.
const ENTRIES = [
  ['src/index.ts', 'dist/index.d.ts'],
  ['src/sandbox/index.ts', 'dist/sandbox/index.d.ts'],
  ['src/browser/index.ts', 'dist/browser/index.d.mts'],
];

const texts = generateDtsBundle(
  ENTRIES.map(([filePath]) => ({
    filePath,
    output: { exportReferencedTypes: false, noBanner: true },
  })),
  { preferredConfigPath: 'tsconfig.json' },
);
for (const [index, [, path]] of ENTRIES.entries()) writeFileSync(path, texts[index]);

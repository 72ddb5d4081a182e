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
for (const [index, [, path]] of ENTRIES.entries()) writeFileSync(path, withUnions(texts[index]));

// What an `import` gets: names alone, each from the file of its own. Bundlers leave out those that nobody uses, and there is one
// copy of the code, whether it is imported or required.
const MODULES = {
  index: {
    './library/create-client.js': 'createClient',
    './library/mint-token.js': 'mintToken',
    './library/node-listener.js': 'toListener as toNodeListener',
    './library/test-token.js': 'testToken',
    './library/token-error.js': 'isTokenError, TokenError',
    './library/token-handler.js': 'createTokenHandler, formatLogLine',
  },
  'sandbox/index': { './index.js': 'FAULTS, isTokenError, startSandbox, TokenError' },
};
for (const [name, files] of Object.entries(MODULES)) {
  const lines = Object.entries(files).map(
    ([file, names]) => `export { ${names} } from '${file}';\n`,
  );
  writeFileSync(`dist/${name}.mjs`, lines.join(''));
  writeFileSync(`dist/${name}.d.mts`, "export * from './index.js';\n");
}

/** Tables whose keys alone are used become unions of these. What they hold would be two thirds of the text. */
function withUnions(text) {
  return text.replace(/^declare const (\w+): \{\n([\s\S]*?)^\};\n/gm, (_table, name, members) => {
    const keys = [...members.matchAll(/^\treadonly (\w+):/gm)].map(([, key]) => `"${key}"`);
    return `declare const ${name}: Record<${keys.join(' | ')}, unknown>;\n`;
  });
}

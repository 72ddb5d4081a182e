import { writeFileSync } from 'node:fs';
import { generateDtsBundle } from 'dts-bundle-generator';
import { build } from 'rolldown';
import { loadConfig } from 'rolldown/config';

// Builds dist/. This script prints only errors and warnings. The rolldown command is not used, because it would list every chunk.
// The configurations are built in order, because the first one empties the folder.
for (const config of await loadConfig('rolldown.config.ts')) await build(config);

// The entries of the package, each with the file that its types are written to.
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

// The ES modules of the package. Each name is exported from the file that defines it, so that bundlers can leave out unused
// files. The ES modules load the CommonJS files, so that `import` and `require` share one copy of the code.
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

/**
 * Replaces the type of each constant table with a type that contains only the keys. Reason: the other types use only the keys,
 * and the values would make up two thirds of the file.
 */
function withUnions(text) {
  return text.replace(/^declare const (\w+): \{\n([\s\S]*?)^\};\n/gm, (_table, name, members) => {
    const keys = [...members.matchAll(/^\treadonly (\w+):/gm)].map(([, key]) => `"${key}"`);
    return `declare const ${name}: Record<${keys.join(' | ')}, unknown>;\n`;
  });
}

import { IS_EXECUTABLE } from '../../core/distribution';
import type { Environment } from '../../core/environment';
import { type Check, pass, warn } from './checks';

interface DangerousOptions {
  /** What the options can do. Shown after the names of the options, as in `NODE_OPTIONS has --inspect, which can ...`. */
  readonly effect: string;
  readonly options: RegExp;
}

/**
 * Dangerous options in NODE_OPTIONS. See https://nodejs.org/api/cli.html#node_optionsoptions
 */
const DANGEROUS_OPTIONS: readonly DangerousOptions[] = [
  {
    effect: 'which can show the API key to others',
    options:
      /^--(inspect.*|debug-port|report-.+|tls-keylog|trace-tls|trace-event.*|cpu-prof.*|heap-prof.*|heapsnapshot-.+|abort-on-uncaught-exception|experimental-network-inspection)$/,
  },
  {
    effect: 'which can load code that can see the API key',
    options:
      /^--(require|import|loader|experimental-loader|snapshot-blob|openssl-config|openssl-shared-config|experimental-(default-)?config-file)$/,
  },
  {
    effect: 'which makes connections less safe',
    options:
      /^--(tls-min-v1\.[01]|tls-cipher-list|insecure-http-parser|max-http-header-size|openssl-legacy-provider)$/,
  },
];

const VARIABLES: readonly (readonly [name: string, effect: string])[] = [
  ['NODE_DEBUG', 'Node.js logs requests, with the API key in them'],
  ['NODE_DEBUG_NATIVE', 'Node.js logs its internal work'],
  ['NODE_V8_COVERAGE', 'Node.js saves files that say which code ran'],
  [
    'OPENSSL_CONF',
    'OpenSSL can load code from the file in this variable, and the code can see the API key',
  ],
  [
    'LD_PRELOAD',
    'every program loads the library in this variable, and the library can see the API key',
  ],
  [
    'LD_AUDIT',
    'every program loads the library in this variable, and the library can see the API key',
  ],
  [
    'DYLD_INSERT_LIBRARIES',
    'every program loads the library in this variable, and the library can see the API key',
  ],
];

/**
 * Reports dangerous options and variables. Shows only names that vstoken knows. Shows no values, because a value may contain a
 * secret.
 */
export function checkDebuggingAids(env: Environment): Check {
  // The single executable ignores NODE_OPTIONS.
  const given = IS_EXECUTABLE ? '' : (env['NODE_OPTIONS'] ?? '');
  const options = [...new Set(optionsIn(given))];
  const effects = DANGEROUS_OPTIONS.flatMap(({ effect, options: dangerous }) => {
    const names = options.filter((name) => dangerous.test(name));
    return names.length > 0 ? [`has ${names.join(', ')}, ${effect}`] : [];
  });
  const found = [
    ...VARIABLES.flatMap(([name, effect]) => (env[name] ? [[name, `is set: ${effect}`]] : [])),
    ...(effects.length > 0 ? [['NODE_OPTIONS', effects.join(', and ')]] : []),
  ];
  if (found.length === 0) return pass('debugging-aids', 'no dangerous option or variable is set');
  const seen = found.map((each) => each.join(' ')).join('; ');
  return warn('debugging-aids', seen, `unset ${found.map(([name]) => name).join(' ')}`);
}

/**
 * Returns the names of the options as Node.js reads them: words may be in double quotes, and names may have underscores instead
 * of dashes.
 */
function optionsIn(text: string): readonly string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? [];
  return words.map((word) => {
    const [name = ''] = word.replace(/"|\\(?=.)/g, '').split('=');
    return name === '-r' ? '--require' : name.replaceAll('_', '-');
  });
}

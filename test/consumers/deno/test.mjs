import './everything.mjs';
import { tryProgram } from './other-runtime.mjs';

await tryProgram('Deno', ['run', '--allow-all']);

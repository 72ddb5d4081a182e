import './everything.mjs';
import { tryProgram } from './other-runtime.mjs';

await tryProgram('Bun', []);

'use strict';
// Node.js loads this file before a program (`--require`). When the program ends, this file writes the program's peak memory, in
// kilobytes, to the path in BENCH_MEMORY_FILE.
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  writeFileSync(process.env.BENCH_MEMORY_FILE, String(process.resourceUsage().maxRSS));
});

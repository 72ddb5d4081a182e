'use strict';
// Node.js loads this file before a program (`--require`). When the program ends, this file writes its peak memory, in kilobytes,
// to the file that BENCH_MEMORY_FILE names.
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  writeFileSync(process.env.BENCH_MEMORY_FILE, String(process.resourceUsage().maxRSS));
});

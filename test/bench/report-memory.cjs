'use strict';
// Node.js loads this file before a program (`--require`). At the end, it writes the peak memory of the process, in kilobytes, to
// the file in BENCH_MEMORY_FILE.
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  writeFileSync(process.env.BENCH_MEMORY_FILE, String(process.resourceUsage().maxRSS));
});

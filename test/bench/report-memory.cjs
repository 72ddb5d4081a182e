'use strict';
// Preloaded: writes the peak memory of the process, in kilobytes, to the file that the variable names.
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  writeFileSync(process.env.BENCH_MEMORY_FILE, String(process.resourceUsage().maxRSS));
});

// For packages that ws does without. Whoever can write to a folder above could put one there, and would have every token and key.
throw new Error('not there');

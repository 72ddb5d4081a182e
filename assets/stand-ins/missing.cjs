// Replaces optional packages of ws. Otherwise anyone who can write to a parent folder could put one there, and read every token
// and key.
throw new Error('not there');

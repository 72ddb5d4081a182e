// Replaces optional packages of ws. Reason: anyone who can write to a parent folder could put such a package there and read every
// token and key.
throw new Error('not there');

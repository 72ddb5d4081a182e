// Replaces the optional packages of ws. Reason: Node.js would search every parent folder for them. Anyone who can write to a
// parent folder could put such a package there, and the package could read every token and key.
throw new Error('not there');

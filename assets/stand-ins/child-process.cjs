// Replaces node:child_process for commander, which needs it only for subcommands that are separate programs. vstoken has no such
// subcommands, and loading node:child_process would slow down each start of vstoken.

// Replaces node:child_process for commander, which needs it only for subcommands that are programs. vstoken has none, and loading
// it slows each start.

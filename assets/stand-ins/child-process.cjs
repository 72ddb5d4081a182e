// For node:child_process, which commander loads to run subcommands that are programs; vstoken has none. Loading it takes time at each start.

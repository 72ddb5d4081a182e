/** Reads a text file that comes with the program, by its path in the package. @throws CliError `page_not_installed` */
export type ReadPageFile = (path: string) => Promise<string>;

/**
 * Shows an address in the browser of whoever runs the program. What shows it gets no key and no token, and goes on after the program.
 * @returns null when it is shown; else why it is not, as a sentence. It may never settle: some browsers are this program's child
 */
export type OpenBrowser = (url: string) => Promise<string | null>;

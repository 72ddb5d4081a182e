/** Reads a text file that comes with the program, by its path in the package. @throws CliError `page_not_installed` */
export type ReadPageFile = (path: string) => Promise<string>;

/**
 * Opens a URL in the user's browser. The browser gets no key and no token, and continues to run after vstoken ends.
 * @returns null if the browser opened the URL, otherwise a sentence that says why not. May never settle, since some browsers stay
 * a child process
 */
export type OpenBrowser = (url: string) => Promise<string | null>;

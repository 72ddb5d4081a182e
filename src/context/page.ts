/**
 * Reads a text file of the installed package, by its path in the package.
 * @throws CliError `page_not_installed`
 */
export type ReadPageFile = (path: string) => Promise<string>;

/**
 * Opens a URL in the user's browser. The browser gets no key and no token, and continues to run after vstoken ends.
 * @returns null if the browser opened the URL, otherwise a sentence with the reason. The promise may never settle, because some
 * browsers run as a child process until the user closes them
 */
export type OpenBrowser = (url: string) => Promise<string | null>;

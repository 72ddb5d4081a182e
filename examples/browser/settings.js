/** The servers that the pages use. `vstoken serve --page` replaces this file with one that contains its own addresses. */
export const ENDPOINT = 'http://127.0.0.1:8788/token';
export const API_SERVER = 'http://127.0.0.1:8787';
/** The URL of audio that the server `API_SERVER` can fetch. */
export const AUDIO = 'http://127.0.0.1:8787/sandbox/clip.wav';
/** Whether `vstoken serve --page` serves the pages. */
export const IS_SERVED = false;

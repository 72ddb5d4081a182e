/** The servers that the pages use. `vstoken serve --page` serves other addresses instead of this file. */
export const ENDPOINT = 'http://127.0.0.1:8788/token';
export const API_SERVER = 'http://127.0.0.1:8787';
/** Audio that this API server can fetch. */
export const AUDIO = 'http://127.0.0.1:8787/sandbox/clip.wav';
/** Whether these are the addresses of `vstoken serve --page`. */
export const IS_SERVED = false;

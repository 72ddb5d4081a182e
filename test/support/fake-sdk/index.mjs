import sdk from './index.js';

await null;
export const { Security, Transcriptions, UrlTranscription } = sdk;

import type { ExplanationsOf } from './explanation';

export const TRANSCRIPTION: ExplanationsOf<8> = {
  transcription_failed: {
    causes: [
      'The service failed during the transcription.',
      'The service could not read the audio, for example because the file is damaged.',
    ],
    fixes: [
      'Try the default audio clip: vstoken test',
      'If the transcription fails again, send a report to VocalStack support: vstoken test --report html=test.html',
    ],
  },
  audio_unreachable: {
    causes: [
      'The URL leads to a web page, a login or an error, not directly to an audio file.',
      'The service, which fetches the audio, cannot reach the URL. The sandbox fetches audio from private addresses only with --allow-private-audio.',
      'The URL is a signed URL that has expired.',
    ],
    fixes: [
      'Check what the URL returns: curl --head --location https://example.com/hello.mp3',
      'Send a local file instead: vstoken test --file recording.wav',
      'Try the default audio clip: vstoken test',
    ],
  },
  duration_guard: {
    causes: [
      'The server reports that the audio does not have the required length. vstoken test requires no length, so the server makes an error, or is a sandbox that simulates this fault.',
    ],
    fixes: [
      'Try the default audio clip: vstoken test',
      'Start a sandbox without faults: vstoken sandbox',
    ],
  },
  not_audio: {
    causes: [
      'The file is not audio, although its name may have an ending such as .mp3.',
      'The file is damaged, or its length is not readable.',
    ],
    fixes: [
      'Convert the file: ffmpeg -i INPUT recording.wav',
      'Use a recording of a few seconds: vstoken test --file recording.wav',
    ],
  },
  nothing_recognised: {
    causes: [
      'There is no speech in the audio, or no speech in the part that is transcribed.',
      'The speech is in another language than --language says.',
    ],
    fixes: [
      'Transcribe a longer part, which is billed: vstoken test https://example.com/hello.mp3 --max-duration 60s',
      'Set the language: vstoken test https://example.com/hello.mp3 --language en',
    ],
  },
  too_slow: {
    causes: [
      'The network or the service is slower than usual.',
      'The time that --budget allows for the step is too short for this machine.',
    ],
    fixes: [
      'See which step takes so long: vstoken test --verbose',
      'Allow more time: vstoken test --budget connect=5s,transcribe=30s',
    ],
  },
  expectation_not_met: {
    causes: [
      'The expected text comes after the part of the audio that is transcribed, which is the first 15 s by default.',
      'The service heard other words. Case, punctuation and spacing are ignored; everything else must match.',
    ],
    fixes: [
      'Read the transcript live: vstoken test https://example.com/hello.mp3 --follow',
      'Expect a shorter text: vstoken test https://example.com/hello.mp3 --expect "hello"',
      'Transcribe a longer part, which is billed: vstoken test https://example.com/hello.mp3 --max-duration 60s',
    ],
  },
};

import type { ExplanationsOf } from './explanation';

export const TRANSCRIPTION: ExplanationsOf<8> = {
  transcription_failed: {
    causes: [
      'The service had a failure of its own while it transcribed.',
      'It could not make sense of the audio, as when a file is damaged.',
    ],
    fixes: [
      'Try the clip that is known to work: vstoken test',
      'If it stays so, hand the support of VocalStack a report: vstoken test --report html=test.html',
    ],
  },
  audio_unreachable: {
    causes: [
      'The URL leads to a page, to a login or to nothing, and not straight to an audio file.',
      'The service cannot reach it: it fetches the audio itself, from its own network. The emulator fetches from private addresses by an option alone.',
      'It is a signed URL that has expired.',
    ],
    fixes: [
      'See what anyone gets from it: curl --head --location https://example.com/hello.mp3',
      'Send a local file instead: vstoken test --file recording.wav',
      'Try the clip that is known to work: vstoken test',
    ],
  },
  duration_guard: {
    causes: [
      'The request demands audio of another length than this has. vstoken demands none by itself, so the server does, or a fault of the sandbox.',
    ],
    fixes: [
      'Try the clip that is known to work: vstoken test',
      'Start a sandbox without faults: vstoken sandbox',
    ],
  },
  not_audio: {
    causes: [
      'The file is of another kind, whatever its name says.',
      'It is damaged, or does not say how long it is.',
    ],
    fixes: [
      'Write it anew in a form that is known: ffmpeg -i INPUT recording.wav',
      'Name a recording of a few seconds: vstoken test --file recording.wav',
    ],
  },
  nothing_recognised: {
    causes: [
      'There is no speech in the audio, or none in the part that was transcribed.',
      'The speech is in another language than the one that was named.',
    ],
    fixes: [
      'Transcribe more of it, which is billed: vstoken test https://example.com/hello.mp3 --max-duration 60s',
      'Name its language: vstoken test https://example.com/hello.mp3 --language en',
    ],
  },
  too_slow: {
    causes: [
      'The network or the service is slower than usual.',
      'The budget of the step is tighter than it can be on this machine.',
    ],
    fixes: [
      'See what takes the time: vstoken test --verbose',
      'Allow more: vstoken test --budget connect=5s,transcribe=30s',
    ],
  },
  expectation_not_met: {
    causes: [
      'The text comes later than what was transcribed, which is 15 s unless said otherwise.',
      'The service heard other words: case, punctuation and spacing do not count, but all else does.',
    ],
    fixes: [
      'Read what was heard, as it comes: vstoken test https://example.com/hello.mp3 --follow',
      'Expect a shorter part: vstoken test https://example.com/hello.mp3 --expect "hello"',
      'Transcribe more of it, which is billed: vstoken test https://example.com/hello.mp3 --max-duration 60s',
    ],
  },
};

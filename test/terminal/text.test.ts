import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import { escapeMarkup } from '../../src/reports/html-escape';
import { renderErrorJson, renderErrorText } from '../../src/terminal/render-error';
import { loadStyle } from '../../src/terminal/style';
import {
  escapeDeep,
  escapeText,
  escapeWorkflowCommands,
  toJsonLine,
} from '../../src/terminal/text';
import { anyText, fc } from '../support/properties';
import { runnerCommands } from '../support/runner-commands';
import { workflowCommands } from '../support/workflow-commands';

/** Random texts with many characters that can form a command for a CI runner, such as `::error::`. */
const commandLike = fc
  .array(
    fc.oneof(
      fc.constantFrom('::', '##[', ']', ':', '#', '[', '::error::', '##[error]', 'x', ' ', '%0A'),
      fc.constantFrom('\n', '\r', '\t', '\u00a0', '\u2028', '\x85', '\ufeff', '\u001b[1m', '\\'),
      anyText({ maxLength: 2 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

const STEERING =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
/**
 * Matches every character that must be escaped: control characters, all characters that Unicode lists as ignorable, and the
 * characters U+FFF9 to U+FFFB, which mark annotations. The program has its own list of ignorable characters.
 */
const DANGEROUS = new RegExp(
  `${STEERING.source}|\\p{Default_Ignorable_Code_Point}|[\\ufff9-\\ufffb]`,
  'u',
);

describe('text from elsewhere', () => {
  it.each([
    ['a colour', '\u001b[31m'],
    ['the clipboard (OSC 52)', '\u001b]52;c;aGk=\u0007'],
    ['a device control string', '\u001bPq\u001b\\'],
    ['a C1 control', '\u009b31m'],
    ['a carriage return', 'safe\rfake'],
    ['a line break', 'one\ntwo'],
    ['a bidirectional override', 'a\u202eb'],
    ['a line separator', 'a\u2028b'],
    ['delete', '\u007f'],
    ['a soft hyphen', 'to\u00adken'],
    ['a zero-width space', 'to\u200bken'],
    ['a zero-width joiner between letters of Latin', 'to\u200dken'],
    ['a byte order mark', '\ufefftoken'],
    ['a word joiner', 'to\u2060ken'],
    ['an invisible filler of Hangul', 'to\u3164ken'],
    ['tag characters', 'x\u{e0041}\u{e0042}\u{e007f}'],
    ['a variation selector behind a letter', 'x\ufe0f'],
    ['a second variation selector behind an emoji', '\u2764\ufe0f\ufe0e'],
    ['a variation selector of plane 14', '\u845b\u{e0100}'],
    ['a joiner behind a joiner', '\u0915\u094d\u200d\u200d'],
    ['a joiner at the end of an emoji', '\u{1f469}\u200d'],
  ])('S28 shows %s as text', (_, text) => {
    expect(escapeText(text)).toMatch(/\\u[0-9a-f]{4}/);
    expect(escapeText(text)).not.toBe(text);
    expect(escapeText(text)).not.toMatch(STEERING);
    expect(JSON.parse(`"${escapeText(text).replaceAll(/\\(?!u)/g, '\\\\')}"`)).toBe(text);
  });

  it('S28 has no dangerous character, for every code point', () => {
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code);
      const shown = escapeText(character);
      if (DANGEROUS.test(character)) expect(shown).toMatch(/^(\\u[0-9a-f]{4}){1,2}$/);
      else if (shown !== character) throw new Error(`${code} was changed for nothing`);
    }
  });

  it.each([
    ['Persian', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'],
    ['Persian behind digits', '\u06f2\u06f0\u200c\u0633\u0627\u0644\u0647'],
    ['Hindi', '\u0915\u094d\u200d\u0937 \u0915\u094d\u200c\u0937'],
    ['Bengali', '\u09b0\u200d\u09cd\u09af'],
    ['Sinhala', '\u0dc1\u0dca\u200d\u0dbb\u0dd3'],
    ['Mongolian', '\u1820\u180b\u1828\u180e\u1820'],
    ['a heart', '\u2764\ufe0f'],
    ['a keycap', '1\ufe0f\u20e3'],
    ['a family', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'],
    ['a health worker of a skin', '\u{1f469}\u{1f3fd}\u200d\u2695\ufe0f'],
    ['a flag of a rainbow', '\u{1f3f3}\ufe0f\u200d\u{1f308}'],
  ])('keeps the invisible characters that are part of %s', (_, text) => {
    expect(escapeText(text)).toBe(text);
    expect(toJsonLine({ text }).slice(0, -1)).not.toMatch(DANGEROUS);
    expect(JSON.parse(toJsonLine({ text }))).toEqual({ text });
  });

  it('S28 has no control character, for any text', () => {
    fc.assert(
      fc.property(fc.array(anyText()), (texts) => {
        expect(JSON.stringify(escapeDeep({ texts }).texts.join(''))).not.toMatch(STEERING);
      }),
    );
  });

  it('S29 is one valid JSON document, with every control character escaped', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const line = toJsonLine({ text });
        expect(line.slice(0, -1)).not.toMatch(DANGEROUS);
        expect(JSON.parse(line)).toEqual({ text });
      }),
    );
  });

  it('S30 shows a workflow command as text', () => {
    const text = '::set-env name=a::b\nfine :: here\n  ::error::x\nso ##[group]y\n';
    expect(escapeWorkflowCommands(text)).toBe(
      '\\u003a:set-env name=a::b\nfine :: here\n  \\u003a:error::x\nso \\u0023#[group]y\n',
    );
    expect(escapeWorkflowCommands('fine # ## [x] a::b #a[x]')).toBe('fine # ## [x] a::b #a[x]');
  });

  it.each(['\r', '\n', '\r\n', '\n\n\t \u00a0', '\u3000', '\x85', '\u2028', '\v\f', '\ufeff'])(
    'S30 recognises a command in a line that begins with %j',
    (lead) => {
      for (const text of [`${lead}::error::x`, `a${lead}##[error]x`, `a${lead}::error::x`]) {
        expect(workflowCommands(escapeWorkflowCommands(text))).toEqual([]);
        expect(workflowCommands(escapeText(`a${text}`))).toEqual(
          text.includes('##[') ? [expect.objectContaining({ name: 'error' })] : [],
        );
      }
    },
  );

  it('S30 contains no command, as text, as JSON and in an error', async () => {
    const style = await loadStyle(false);
    const colors = await loadStyle(true);
    const wrap = (line: string) => line.replaceAll(' ', '\n');
    fc.assert(
      fc.property(commandLike, (text) => {
        expect(workflowCommands(escapeWorkflowCommands(text))).toEqual([]);
        expect(workflowCommands(escapeWorkflowCommands(`${escapeText(text)}\n`))).toEqual([]);
        const line = toJsonLine({ text, [text]: [text] });
        expect(workflowCommands(line)).toEqual([]);
        expect(JSON.parse(line)).toEqual({ text, [text]: [text] });
        const error = new CliError('service_error', text, { hint: text });
        expect(workflowCommands(renderErrorText(error, style, wrap))).toEqual([]);
        expect(workflowCommands(renderErrorText(error, colors, (same) => same))).toEqual([]);
        expect(workflowCommands(renderErrorJson(error))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['Azure Pipelines', '##vso[task.setvariable variable=a]b'],
    ['Azure Pipelines, in upper case', '##VSO[task.complete result=Failed]'],
    ['Azure Pipelines, for its display', '##[section]x'],
    ['TeamCity', "##teamcity[setParameter name='a' value='b']"],
    ['Octopus Deploy', "##octopus[setVariable name='YQ==']"],
    ['Azure Pipelines, behind a third sign', '###vso[task.complete]'],
    ['GitHub Actions', '::stop-commands::x'],
  ])('S73 contains no command for %s', async (_, command) => {
    const style = await loadStyle(false);
    for (const text of [command, `a\n${command}`, `a\n \t${command} b`]) {
      expect(runnerCommands(text).length + workflowCommands(text).length).toBeGreaterThan(0);
      const error = new CliError('service_error', text, { hint: text });
      const shown = [
        escapeWorkflowCommands(text),
        escapeWorkflowCommands(escapeText(text)),
        toJsonLine({ text, [text]: [text] }),
        renderErrorText(error, style, (line) => line.replaceAll(' ', '\n')),
        renderErrorJson(error),
      ];
      for (const each of shown)
        expect([...runnerCommands(each), ...workflowCommands(each)]).toEqual([]);
      expect(JSON.parse(toJsonLine({ text }))).toEqual({ text });
      expect(runnerCommands(escapeMarkup(text))).toEqual([]);
    }
  });

  it('S30 contains commands in this test if it is not escaped', () => {
    const found = fc
      .sample(commandLike, { numRuns: 1000, seed: 1 })
      .filter((text) => workflowCommands(text).length > 0);
    expect(found.length).toBeGreaterThan(100);
  });
});

describe('an error in the output', () => {
  const error = new CliError('service_error', 'It said "\u001b]0;x\u0007"\n::error::', {
    hint: 'Try\u202e again',
    httpStatus: 503,
    cause: new Error('CANARY'),
  });

  it('S28 is escaped as text', async () => {
    const text = renderErrorText(error, await loadStyle(false), (line) => line);
    expect(text.replaceAll('\n', '')).not.toMatch(DANGEROUS);
    expect(text.split('\n')).toHaveLength(4);
    expect(text).not.toContain('CANARY');
  });

  it('S29 is a JSON document with the HTTP status', () => {
    expect(JSON.parse(renderErrorJson(error))).toEqual({
      error: {
        code: 'service_error',
        message: error.message,
        hint: error.hint,
        exit: 7,
        http_status: 503,
      },
    });
    expect(renderErrorJson(error)).not.toContain('CANARY');
  });

  it('has colours if they are enabled', async () => {
    expect(renderErrorText(error, await loadStyle(true), (line) => line)).toContain('\u001b[31m');
  });
});

import { chromium, type Browser as PlaywrightBrowser } from 'playwright-core';
import { pathOf } from '../../support/machine';

export type Browser = Pick<PlaywrightBrowser, 'newContext' | 'newPage' | 'close'>;

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/**
 * Starts Debian's Chromium without a screen. The browser can resolve only the names of this machine. If Chromium has crashed,
 * `newContext` and `newPage` start it again, so that a second attempt of a test can pass.
 * @param more additional arguments
 */
export async function launchBrowser(home: string, more: readonly string[] = []): Promise<Browser> {
  const launch = () =>
    chromium.launch({
      executablePath: pathOf('chromium') ?? 'chromium',
      args: [...ARGUMENTS, ...more],
      env: { PATH: process.env['PATH'] ?? '', HOME: home },
    });
  let browser = await launch();
  const running = async () => {
    if (!browser.isConnected()) browser = await launch();
    return browser;
  };
  return {
    newContext: async (options) => (await running()).newContext(options),
    newPage: async (options) => (await running()).newPage(options),
    close: () => browser.close(),
  };
}

/**
 * Script to run in a page. It finds all texts and graphics whose contrast is below WCAG AA: 4.5 to 1 for text, 3 to 1 for
 * graphics.
 */
export const LOW_CONTRAST = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = parse(color).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return parse(color)[3] === 0 ? groundOf(element.parentElement) : color;
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const faint = [];
  let seen = 0;
  const check = (element, color, least) => {
    seen += 1;
    const found = ratio(color, groundOf(element));
    if (!(found >= least)) faint.push(element.outerHTML.slice(0, 80) + ' ' + found.toFixed(2));
  };
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    if (element.matches('input')) {
      check(element, style.color, 4.5);
      check(element.parentElement, style.borderTopColor, 3);
    } else if (element.matches('.run')) check(element, style.fill, 3);
    else if (element.matches('.mark')) check(element, style.color, 3);
    else if (!element.closest('svg') && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
      check(element, style.color, 4.5);
  }
  return { faint, seen };
})()`;

/** Script to run in a page. It finds the elements that extend beyond the page's right edge. */
export const OVERFLOWING = `[...document.body.querySelectorAll('*')]
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((element) => element.outerHTML.slice(0, 80))`;

import { crc32, deflateSync } from 'node:zlib';
import type { Browser } from './browser';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const MAX_COLORS = 256;
const PALETTE = 3;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Four bytes for each pixel: red, green, blue and alpha. */
  readonly data: Buffer;
}

/** Returns the size of a PNG in pixels. Null if the file is not a PNG. */
export function sizeOfPng(png: Buffer): { readonly width: number; readonly height: number } | null {
  if (!png.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return null;
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** Decodes a PNG in the browser that took the screenshot. */
async function decode(browser: Browser, png: Buffer): Promise<Pixels> {
  const page = await browser.newPage();
  const { width, height, text } = await page.evaluate<{
    width: number;
    height: number;
    text: string;
  }>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const { width, height } = image;
    const drawing = new OffscreenCanvas(width, height).getContext('2d');
    drawing.drawImage(image, 0, 0);
    const { data } = drawing.getImageData(0, 0, width, height);
    let text = '';
    for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
    return { width, height, text: btoa(text) };
  })()`);
  await page.close();
  return { width, height, data: Buffer.from(text, 'base64') };
}

function distance(one: number, other: number): number {
  const red = (one >> 16) - (other >> 16);
  const green = ((one >> 8) & 255) - ((other >> 8) & 255);
  const blue = (one & 255) - (other & 255);
  return red * red + green * green + blue * blue;
}

/** Returns a palette of at most MAX_COLORS colours. For each given colour, it contains a similar colour. */
function paletteOf(colors: readonly number[]): readonly number[] {
  for (let radius = 1; ; radius *= 1.5) {
    const palette: number[] = [];
    for (const color of colors) {
      if (palette.every((known) => distance(color, known) > radius)) palette.push(color);
      if (palette.length > MAX_COLORS) break;
    }
    if (palette.length <= MAX_COLORS) return palette;
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Reduces a picture to 256 colours, which makes the file three times smaller. Only shades at the edges of letters are lost. */
export async function shrinkPng(browser: Browser, png: Buffer): Promise<Buffer> {
  const { width, height, data } = await decode(browser, png);
  const colorAt = (pixel: number) => data.readUIntBE(pixel * 4, 3);
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    counts.set(colorAt(pixel), (counts.get(colorAt(pixel)) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([, one], [, other]) => other - one);
  const palette = paletteOf(byCount.map(([color]) => color));
  const nearest = new Map<number, number>();
  for (const color of counts.keys()) {
    const distances = palette.map((known) => distance(color, known));
    nearest.set(color, distances.indexOf(Math.min(...distances)));
  }
  const lines = Buffer.alloc((width + 1) * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const at = Math.floor(pixel / width) * (width + 1) + 1 + (pixel % width);
    lines[at] = nearest.get(colorAt(pixel)) ?? 0;
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, PALETTE, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const colors = palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colors)),
    chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

import { ERROR_COLOUR, type Overview } from './bars.js';
import type { Colours } from './painter.js';

/** A colour like `#3c79d1` as the pixels of an image have it. */
function pixelOf(colour: string): number {
  const rgb = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return new Uint32Array(Uint8Array.of(...rgb, 255).buffer)[0] as number;
}

/**
 * Paints an overview from `top` (px) on, pixel by pixel: as rectangles it would be up to forty thousand, each of which the
 * browser keeps and paints once more.
 */
export function paintOverview(
  context: CanvasRenderingContext2D,
  overview: Overview,
  top: number,
  { palette, theme }: Colours,
): void {
  const { width, height } = context.canvas;
  const ratio = context.getTransform().a;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const colours = [theme.error, ...palette].map(pixelOf);
  const error = colours[0];
  const thickness = Math.max(1, Math.floor(overview.lane - 1));
  for (let line = 0; line < overview.lines; line++) {
    if (overview.isEmpty(line)) continue;
    const first = Math.round((top + line) * ratio) * width;
    const end = Math.min(height, Math.round((top + line + thickness) * ratio)) * width;
    for (let x = 0; x < overview.width; x++) {
      const colour = overview.colourAt(line, x);
      if (colour === undefined) continue;
      const from = Math.floor(x * ratio);
      const to = Math.min(width, Math.max(from + 1, Math.floor((x + 1) * ratio)));
      // Where several pixels become one, an error goes before here too.
      for (let at = first + from; at < first + to; at++) {
        if (pixels[at] !== error) pixels[at] = colours[colour - ERROR_COLOUR] as number;
      }
    }
    for (let row = first + width; row < end; row += width) pixels.copyWithin(row, first, first + width);
  }
  context.putImageData(image, 0, 0);
}

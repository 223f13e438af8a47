import { FONT, FONT_SIZE, type Picture, type PictureText } from '../layout/picture.js';

/** Pixels a px, as sharp screens have them. */
const SHARPNESS = 2;

/** Pixels: no browser draws a canvas that is much higher. */
const MAX_HEIGHT = 16_000;

/** Draws a picture itself: an image made of SVG is one that a page's policy may refuse. */
export async function writePng({ width, height, ground, ticks, rows, rest }: Picture): Promise<Blob> {
  const scale = Math.min(SHARPNESS, MAX_HEIGHT / height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('zonetrace: the browser gives no canvas to draw a picture on; save the picture as SVG');
  context.scale(scale, scale);
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  context.font = `${FONT_SIZE}px ${FONT}`;
  const write = ({ x, y, text, fill }: PictureText) => {
    context.fillStyle = fill;
    context.fillText(text, x, y);
  };
  for (const { line, label } of ticks) {
    context.fillStyle = line;
    context.fillRect(label.x - 3, 8, 1, height);
    write(label);
  }
  for (const { name, bar, duration } of rows) {
    write(name);
    context.fillStyle = bar.fill;
    context.beginPath();
    context.roundRect(bar.x, bar.y, bar.width, bar.height, 2);
    context.fill();
    write(duration);
  }
  if (rest) write(rest);
  const image = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (image) return image;
  throw new Error('zonetrace: the browser could not make a picture of this size; save it as SVG');
}

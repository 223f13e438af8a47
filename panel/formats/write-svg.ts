import { FONT, FONT_SIZE, type Picture, type PictureText } from '../layout/picture.js';

/** A picture that needs no styles, which a page that takes it in may forbid. */
export function writeSvg({ width, height, ground, ticks, rows, rest }: Picture): string {
  const lines = ticks.map(
    ({ line, label }) => `<path stroke="${line}" d="M${label.x - 3} 8V${height}"/>${writeText(label)}`,
  );
  const drawn = rows.map(
    ({ title, name, bar, duration }) =>
      `<g><title>${escapeXml(title)}</title>${writeText(name)}` +
      `<rect x="${bar.x}" y="${bar.y}" width="${bar.width}" height="${bar.height}" rx="2" fill="${bar.fill}"/>` +
      `${writeText(duration)}</g>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"` +
    ` font-family="${FONT}" font-size="${FONT_SIZE}">` +
    `<rect width="${width}" height="${height}" fill="${ground}"/>${lines.join('')}${drawn.join('')}${rest ? writeText(rest) : ''}</svg>`
  );
}

function writeText({ x, y, text, fill }: PictureText): string {
  return `<text x="${x}" y="${y}" fill="${fill}">${escapeXml(text)}</text>`;
}

/** Also what XML has no way to write (https://www.w3.org/TR/xml/#charsets). */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
}

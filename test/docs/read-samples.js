import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/setup.js';

/** Pages that people wrote; those of the API are generated from the code. */
export function readPages() {
  const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true })
    .map((file) => join('docs', file))
    .filter((file) => file.endsWith('.md') && !file.startsWith(join('docs', 'api')));
  return ['README.md', 'CONTRIBUTING.md', ...inDocs];
}

/**
 * The code in the documentation: `{ page, line, language, about, code }`. `about` is what stands behind the language at
 * the fence, as `vite.config.ts`.
 */
export function readSamples() {
  return readPages().flatMap((page) => {
    const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
    const samples = [];
    for (let at = 0; at < lines.length; at++) {
      const [, indent, language, about] = /^( *)```(\w+) *(.*)$/.exec(lines[at]) ?? [];
      if (language === undefined) continue;
      const line = at + 1;
      const code = [];
      while (!lines[++at].trimStart().startsWith('```')) code.push(lines[at].slice(indent.length));
      samples.push({ page, line, language, about: about ?? '', code: code.join('\n') });
    }
    return samples;
  });
}

/**
 * A statement that ends in `// → value` is a claim: it becomes a call of `claim` with both. Keeps the lines, so that an error
 * points into the page.
 */
export function checkClaims(code) {
  return code.replaceAll(
    /^( *)(?:return )?(.+?); \/\/ → (.+)$/gm,
    (_, indent, expression, value) =>
      `${indent}globalThis.claim(${JSON.stringify(expression)}, ${expression}, ${value});`,
  );
}

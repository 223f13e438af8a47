import { expect } from 'chai';
import { MemoryExporter, withSpan } from '../../src/index.js';

describe('the exporter into memory', () => {
  /** Exports a span a text; answers the numbers of those that are kept. */
  const kept = (exporter: MemoryExporter, texts: readonly string[]): number[] => {
    const spans = texts.map((text) => withSpan('work', (span) => span.setAttribute('text', text)));
    for (const span of spans) exporter.export([span]);
    return exporter.spans.map((span) => spans.indexOf(span));
  };

  it('keeps the newest spans and counts the others', () => {
    const exporter = new MemoryExporter({ maxSpans: 3 });
    expect(kept(exporter, [...'abcde'])).to.deep.equal([2, 3, 4]);
    expect(exporter.droppedSpans).to.equal(2);
    exporter.clear();
    expect(exporter.spans).to.deep.equal([]);
  });

  it('keeps no more than some twenty million characters, and a longer one where it is the newest', () => {
    const exporter = new MemoryExporter();
    const text = 'x'.repeat(6_000_000);
    expect(kept(exporter, new Array(6).fill(text))).to.deep.equal([2, 3, 4, 5]);
    expect(exporter.droppedSpans).to.equal(2);
    const one = new MemoryExporter();
    expect(kept(one, ['short', text.repeat(4)])).to.deep.equal([1]);
    expect(one.droppedSpans).to.equal(1);
  });
});

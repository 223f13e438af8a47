import { expect } from 'chai';
import { parseStackLine, positionOf } from '../../../panel/layout/source-position.js';

describe('the place that a line of a stack names', () => {
  const LINES: readonly (readonly [string, string, number, number | undefined])[] = [
    ['at buy (http://localhost:5173/src/shop.ts?t=17:12:5)', 'http://localhost:5173/src/shop.ts?t=17', 12, 5],
    ['at async Promise.all (index 0) at http://localhost/a.js:1:20', 'http://localhost/a.js', 1, 20],
    ['buy@https://shop.test/assets/shop-1a2b.js:1:2048', 'https://shop.test/assets/shop-1a2b.js', 1, 2048],
    ['@http://[::1]:8000/a.js:3:1', 'http://[::1]:8000/a.js', 3, 1],
    ['at Object.<anonymous> (/srv/api/orders.js:7:9)', '/srv/api/orders.js', 7, 9],
    ['at list (file:///srv/api/orders.mjs:7:9)', 'file:///srv/api/orders.mjs', 7, 9],
    ['at list (C:\\api\\orders.js:7:9)', 'C:\\api\\orders.js', 7, 9],
    ['http://localhost/:31', 'http://localhost/', 31, undefined],
  ];
  for (const [line, file, row, column] of LINES) {
    it(`is found in ${line}`, () => {
      const found = parseStackLine(line);
      expect(found?.position).to.deep.equal({ file, line: row, column });
      expect(`${found?.before}${found?.place}${found?.after}`).to.equal(line);
    });
  }

  for (const line of [
    '',
    'Error: 10:20',
    'at <anonymous>:1:1',
    'at Array.map (<anonymous>)',
    'at native',
    'a:1:2',
    'x@blob:http://a/b:1:2',
  ]) {
    it(`is none in ${JSON.stringify(line)}`, () => {
      expect(parseStackLine(line)).to.equal(undefined);
    });
  }
});

describe('the place that attributes name', () => {
  it('is found by the names of today and by the former ones', () => {
    expect(positionOf({ 'code.filepath': '/srv/a.py', 'code.lineno': 3 })).to.deep.include({
      file: '/srv/a.py',
      line: 3,
    });
    expect(positionOf({ 'code.file.path': 'a.ts', 'code.line.number': 1, 'code.column.number': 2 })).to.deep.include({
      file: 'a.ts',
      line: 1,
      column: 2,
    });
  });

  it('is none without a file, and has no line where that is no number', () => {
    expect(positionOf({ 'code.line.number': 1 })).to.equal(undefined);
    expect(positionOf({ 'code.file.path': 'a.ts', 'code.line.number': 'one' })?.line).to.equal(undefined);
    expect(positionOf({ 'code.file.path': 'a.ts', 'long_frame.script.char_position': -1 })?.offset).to.equal(undefined);
  });
});

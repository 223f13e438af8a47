import { expect } from 'chai';
import { html, render } from 'lit';
import { windowRows } from '../../panel/window-rows.js';

const LIST = Array.from({ length: 50 }, (_, i) => `row ${i}`);

describe('windowRows', () => {
  let container: HTMLElement;
  const show = (first: number, last: number, list = LIST) =>
    render(
      html`<div>${windowRows(list.slice(first, last), first, (item, index) => html`<p>${first + index}: ${item}</p>`)}</div>`,
      container,
    );
  const elements = () => Array.from(container.querySelectorAll('p'));
  const texts = () => elements().map(({ textContent }) => textContent);
  const comments = () => {
    const walker = document.createTreeWalker(container, NodeFilter.SHOW_COMMENT);
    let count = 0;
    while (walker.nextNode()) count++;
    return count;
  };

  beforeEach(() => {
    container = document.createElement('div');
  });

  it('shows what is in sight, in order, wherever the window goes', () => {
    let state = 7;
    const random = (below: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    for (let i = 0; i < 500; i++) {
      const first = random(LIST.length);
      const last = first + random(Math.min(12, LIST.length - first) + 1);
      show(first, last);
      expect(texts()).to.deep.equal(LIST.slice(first, last).map((item, index) => `${first + index}: ${item}`));
    }
  });

  it('uses the rows that leave at one edge again at the other', () => {
    show(10, 20);
    const [a, b, ...others] = elements();
    show(12, 22);
    expect(elements()).to.deep.equal([...others, a, b]);
    show(10, 20);
    expect(elements()).to.deep.equal([a, b, ...others]);
  });

  it('leaves nothing of rows that go', () => {
    show(0, 10);
    const before = comments();
    for (let i = 0; i < 20; i++) {
      show(0, i % 10);
      show(i, i + 10);
      show(0, 10);
    }
    expect(comments()).to.equal(before);
    expect(container.querySelector('div')?.childElementCount).to.equal(10);
  });
});

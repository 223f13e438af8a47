import { expect } from 'chai';
import { RowWindow } from '../../panel/row-window.js';
import { drawn } from './records.js';

const ROW = 22;

/** px. */
const HEIGHT = 300;

/** A list of `total` rows with a header, as the views make it; the rows are all of one element. */
async function listOf(total: number) {
  const scroller = document.createElement('div');
  scroller.style.cssText = `height:${HEIGHT}px;width:200px;overflow:auto;position:relative`;
  scroller.innerHTML = `<div style="height:${ROW}px;position:sticky;top:0"></div><div class="body"><div class="rows"></div></div>`;
  document.body.append(scroller);
  const [body, rows] = ['.body', '.rows'].map((each) => scroller.querySelector<HTMLElement>(each) as HTMLElement);
  const window = new RowWindow({
    isConnected: true,
    addController() {},
    removeController() {},
    ownerDocument: document,
    requestUpdate: () => void render(),
    updateComplete: Promise.resolve(true),
    runOutside: (fn) => fn(),
  });
  const render = () => {
    const { first, last } = window.slice(total);
    if (!body || !rows) return { first, last };
    body.style.cssText = window.bodyStyle;
    rows.style.cssText = `${window.rowsStyle};height:${(last - first) * ROW}px`;
    return { first, last };
  };
  render();
  window.attach(scroller);
  await drawn();
  /** The row whose top edge is nearest to a height in the scroller, by where the rows really are. */
  const rowAt = (y: number) => {
    const { first } = render();
    const top = (rows?.getBoundingClientRect().top ?? 0) - scroller.getBoundingClientRect().top;
    return first + Math.round((y - top) / ROW);
  };
  const scrollTo = (to: number) => {
    scroller.scrollTop = to;
    window.scrolled();
  };
  return { window, scroller, rowAt, scrollTo, render };
}

describe('a window on rows', () => {
  it('watches nothing for an element that is away, as the last update can come after the panel was closed', async () => {
    let asked = 0;
    const host = {
      isConnected: false,
      addController() {},
      removeController() {},
      ownerDocument: document,
      requestUpdate: () => asked++,
      updateComplete: Promise.resolve(true),
      runOutside: <R>(fn: () => R) => fn(),
    };
    const scroller = document.createElement('div');
    document.body.append(scroller);
    const window = new RowWindow(host);
    window.attach(scroller);
    await drawn();
    expect(asked).to.equal(0);
    host.isConnected = true;
    window.hostConnected();
    await drawn();
    expect(asked).to.be.greaterThan(0);
    scroller.remove();
    window.hostDisconnected();
  });

  for (const total of [100, 800_000, 1_000_000, 5_000_000]) {
    it(`reaches each of ${total}, whatever height an element may have`, async () => {
      const { window, scroller, rowAt, scrollTo, render } = await listOf(total);
      expect(rowAt(ROW)).to.equal(0);
      scrollTo(1e9);
      expect(render().last).to.equal(total);
      expect(rowAt(HEIGHT - ROW)).to.equal(total - 1);
      for (const row of [Math.floor(total * 0.37), total - 3, 1]) {
        window.reveal(row);
        const { first, last } = render();
        expect(row).to.be.within(first, last - 1);
        const y = ROW + row * ROW - window.scrollTop;
        expect(y).to.be.within(ROW - 2, HEIGHT - ROW + 2);
        expect(rowAt(y)).to.equal(row);
      }
      scroller.remove();
    });
  }
});

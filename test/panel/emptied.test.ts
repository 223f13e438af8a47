import { expect } from 'chai';

interface Answer {
  panel: boolean;
  shown: string;
  works: boolean;
  opens: boolean;
  left: number;
}

/** Opens launcher and panel in a page that then empties itself, and answers what is left of them. */
async function emptied(how: string): Promise<Answer> {
  const page = document.createElement('iframe');
  page.width = '900';
  page.height = '600';
  const script = new URL('./emptied-page.ts', import.meta.url).pathname;
  page.srcdoc = `<!doctype html><html data-how="${how}"><body><p>Page</p><script type="module" src="${script}"></script>`;
  const answered = new Promise<MessageEvent<Answer>>((resolve) => {
    addEventListener('message', (event) => event.source === page.contentWindow && resolve(event));
  });
  document.body.append(page);
  const { data } = await answered;
  page.remove();
  return data;
}

describe('a page that', () => {
  for (const [how, what] of [
    ['body', 'empties its body'],
    ['root', 'replaces all that is in its root'],
    ['new root', 'replaces its root'],
    ['write', 'writes itself anew, which takes all listeners'],
  ] as const) {
    it(`${what} keeps the panel, which works as before, and so does the launcher`, async () => {
      const all = { panel: true, shown: 'click,load', works: true, opens: true, left: 0 };
      expect(await emptied(how)).to.deep.equal(all);
    });
  }

  it('takes out all that is not its own gets its way instead of a loop without end', async () => {
    expect(await emptied('strangers')).to.deep.include({ panel: false, left: 0 });
  });
});

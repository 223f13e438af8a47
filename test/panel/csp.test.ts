import { expect } from 'chai';

/** The origin instead of 'self', which Firefox does not match for a document of `srcdoc`. */
const POLICY = `default-src 'none'; script-src ${location.origin}; style-src ${location.origin}; require-trusted-types-for 'script'`;

describe('under a strict Content-Security-Policy', () => {
  it('launcher and panel are drawn as elsewhere, and nothing is refused', async () => {
    const page = document.createElement('iframe');
    page.width = '900';
    page.height = '600';
    const script = new URL('./csp-page.ts', import.meta.url).pathname;
    page.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}">
      <body><script type="module" src="${script}"></script>`;
    const answered = new Promise<MessageEvent>((resolve) => {
      addEventListener('message', (event) => event.source === page.contentWindow && resolve(event));
    });
    document.body.append(page);
    const { data } = await answered;
    page.remove();
    expect(data.childPart).to.be.closeTo(0.25, 0.01);
    const { childPart: _, ...rest } = data;
    expect(rest).to.deep.equal({
      violations: [],
      launcherPosition: 'fixed',
      ground: 'rgb(255, 255, 255)',
      swatch: 'rgb(60, 121, 209)',
      detail: true,
    });
  });
});

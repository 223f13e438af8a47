import { expect } from 'chai';

interface Answer {
  looks: Record<string, string>;
  pageChanged: boolean;
  survives: boolean;
  left: number;
  errors: string[];
}

const BODY = '<body><h1>Page</h1><div><p>Text <button>OK</button></p></div>';

/** Opens launcher and panel in a page of its own and answers how they look there. */
async function lookIn(html: string): Promise<Answer> {
  const page = document.createElement('iframe');
  page.width = '1000';
  page.height = '700';
  const script = new URL('./isolation-page.ts', import.meta.url).pathname;
  page.srcdoc = `${html}<script type="module" src="${script}"></script>`;
  const answered = new Promise<MessageEvent<Answer>>((resolve) => {
    addEventListener('message', (event) => event.source === page.contentWindow && resolve(event));
  });
  document.body.append(page);
  const { data } = await answered;
  page.remove();
  return data;
}

const HOSTILE: Record<string, string> = {
  'resets everything': `<!doctype html><style>* { all: revert !important }</style>${BODY}`,
  'hides all its blocks': `<!doctype html><style>div, section, span, button, p { display: none !important }</style>${BODY}`,
  'sets every property that is inherited': `<!doctype html><style>
    :root, body, * { color: lime !important; font: 40px/3 fantasy !important; letter-spacing: 9px !important;
    text-transform: uppercase !important; visibility: hidden !important; direction: rtl !important; cursor: wait !important }
    </style>${BODY}`,
  'is in quirks mode': BODY,
  'is written from right to left': `<!doctype html><html dir="rtl" lang="ar">${BODY}`,
  'knows our elements': `<!doctype html><style>
    zonetrace-panel, zonetrace-launcher { display: none !important; position: static !important; width: 3px !important }
    </style>${BODY}`,
  'transforms and clips its root': `<!doctype html><style>html { overflow: hidden; zoom: 1 } body { transform: scale(0.5) }</style>${BODY}`,
  'empties its body': `<!doctype html><html data-worst="empty">${BODY}`,
  'makes its body inert': `<!doctype html><html data-worst="inert">${BODY}`,
};

describe('a page that', () => {
  let plain: Answer;

  before(async () => {
    plain = await lookIn(`<!doctype html>${BODY}`);
    expect(plain.looks['row']).to.include('22,');
  });

  for (const [what, html] of Object.entries(HOSTILE)) {
    it(`${what} changes nothing in launcher and panel, nor they in the page`, async () => {
      const answer = await lookIn(html);
      expect(answer.looks).to.deep.equal(plain.looks);
      expect(answer).to.include({ pageChanged: false, survives: true, left: 0 });
      expect(answer.errors).to.deep.equal([]);
    });
  }
});

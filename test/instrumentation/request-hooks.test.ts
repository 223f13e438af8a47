import { expect } from 'chai';
import {
  type RequestDescription,
  type RequestHooks,
  type ResponseDescription,
  startTracing,
  type Tracing,
} from '../../src/index.js';
import { Collector, collectWarnings, withOptions } from '../collect.js';

const address = '/test-server/http/hooks?body=hello&header=X-Answer:%2042';

const sources = {
  fetch: async () => (await fetch(address, { method: 'POST', body: 'sent', headers: { 'x-mine': '1' } })).text(),
  xhr: () =>
    new Promise<string>((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open('POST', address);
      xhr.setRequestHeader('x-mine', '1');
      xhr.onloadend = () => resolve(xhr.responseText);
      xhr.send('sent');
    }),
};

describe('hooks of requests', () => {
  let collector: Collector;
  let tracing: Tracing;

  const start = (hooks: RequestHooks): void => {
    collector = new Collector();
    const instrument = withOptions({ fetch: hooks, xhr: hooks });
    tracing = startTracing({ processors: [collector], panel: false, instrument });
  };
  afterEach(() => tracing.stop());

  for (const [name, send] of Object.entries(sources)) {
    it(`${name}: they add to the span, and see the request and its answer but no body to drain`, async () => {
      const requests: RequestDescription[] = [];
      const responses: ResponseDescription[] = [];
      start({
        requestHook(span, request) {
          requests.push(request);
          span.setAttribute('app.operation', 'save');
          request.headers.set('x-mine', 'changed');
          request.url.pathname = '/changed';
        },
        responseHook(span, response) {
          responses.push(response);
          span.setAttribute('app.answer', response.headers.get('x-answer'));
        },
      });
      const warnings = await collectWarnings(async () => expect(await send()).to.equal('hello'));
      expect(warnings).to.deep.equal([]);
      const [{ attributes }] = collector.started as [(typeof collector.started)[0]];
      expect(attributes['app.operation']).to.equal('save');
      expect(attributes['app.answer']).to.equal('42');
      expect(requests).to.have.length(1);
      expect([requests[0]?.method, requests[0]?.body]).to.deep.equal(['POST', 'sent']);
      expect(responses.map(({ status, statusText }) => [status, statusText])).to.deep.equal([[200, 'OK']]);
      expect(responses[0]).not.to.have.any.keys('body', 'text', 'json', 'response');
    });

    it(`${name}: one that throws is said once, and the request goes on`, async () => {
      const fail = (): never => {
        throw new Error('mine');
      };
      start({ requestHook: fail, responseHook: fail });
      const warnings = await collectWarnings(async () => {
        expect(await send()).to.equal('hello');
        expect(await send()).to.equal('hello');
      });
      expect(warnings.map((text) => /option (\S+) threw/.exec(text)?.[1])).to.deep.equal([
        `${name}.requestHook`,
        `${name}.responseHook`,
      ]);
      expect(collector.started.every(({ status }) => status === 'OK')).to.equal(true);
    });
  }
});

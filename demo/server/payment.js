import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createListener, HttpError } from './http.js';
import { runService } from './run-service.js';
import { Telemetry } from './telemetry.js';
import { integer, text } from './validate.js';

/** The card that the bank of this demo turns down. */
const DECLINED_CARD = '4000000000000002';

/** The service that charges cards, in a process of its own behind the shop's API. */
const telemetry = new Telemetry('payment');

const routes = [
  {
    method: 'POST',
    path: '/charges',
    status: 201,
    async handle({ body }) {
      const sent = await body();
      const card = text(sent.card, 'card', { max: 23 }).replaceAll(' ', '');
      if (!/^\d{12,19}$/.test(card)) throw new HttpError(400, 'invalid', 'card must have 12 to 19 digits.');
      const cents = integer(sent.cents, 'cents', { min: 1, max: 100_000_000 });
      await telemetry.span('ask the bank', { attributes: { 'payment.cents': cents } }, async () => {
        await delay(120);
        if (card !== DECLINED_CARD) return;
        throw new HttpError(402, 'card_declined', 'The bank declined this card. Nothing was charged.');
      });
      return { charged: cents };
    },
  },
];

runService('payment', createServer(createListener(routes, telemetry)), () => telemetry.close());

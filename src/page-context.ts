import { Session } from './session.js';
import { putAttribute, toAttributeValue } from './trace/attribute-value.js';
import { generateSpanId } from './trace/ids.js';
import type { PageMoment } from './trace/trace.js';
import type { Attributes, AttributeValue } from './trace/types.js';
import { runWhenIdle } from './zone/outside.js';
import { runOutside } from './zone/variable.js';

/** Who uses the page. Each member becomes an attribute `user.…`; those named here are OpenTelemetry's. */
export interface User {
  id?: string;
  name?: string;
  full_name?: string;
  email?: string;
  /** Of what identifies the user, where that itself must not be recorded. */
  hash?: string;
  roles?: string[];
  [attribute: string]: unknown;
}

/** What the page is at a moment: session, page, view (the page between two changes of its path) and user. */
export class PageContext {
  /** Opened in idle time, or when somebody asks: a page that loads waits some ms for its storage. */
  #session: Session | undefined;
  readonly #pageId = generateSpanId();
  #path = location.pathname;
  #viewId = this.#pageId;
  #user: Attributes = {};
  #moment: PageMoment | undefined;

  /** Watches the path; returns the undo. */
  watch(): () => void {
    const check = (): void => {
      if (location.pathname === this.#path) return;
      this.#path = location.pathname;
      this.#viewId = generateSpanId();
      this.#moment = undefined;
    };
    // Without the Navigation API only going back and forth can be seen from here.
    const { navigation = window } = globalThis as { navigation?: EventTarget };
    const type = navigation === window ? 'popstate' : 'currententrychange';
    runOutside(() => navigation.addEventListener(type, check));
    const stopWaiting = runWhenIdle(() => {
      this.#openSession();
      void this.#moment?.attributes; // it began before what may end the session
    });
    return () => {
      stopWaiting();
      navigation.removeEventListener(type, check);
    };
  }

  /** Attributes of the traces that begin from here on; `redact` sees each of them. */
  setUser(user: User | undefined, redact: (attribute: string, value: AttributeValue) => AttributeValue | undefined) {
    this.#user = {};
    for (const [name, value] of Object.entries(user ?? {})) {
      if (value === undefined) continue;
      const attribute = `user.${name}`;
      const stored = redact(attribute, toAttributeValue(value));
      if (stored !== undefined) putAttribute(this.#user, attribute, stored);
    }
    this.#moment = undefined;
  }

  /** The same object until something changes. `time` is in ms since the Unix epoch. */
  at(time: number): PageMoment {
    const session = this.#session?.at(time);
    if (!this.#moment || (session && session.id !== this.#moment.attributes['session.id'])) {
      this.#moment = this.#begin(time);
    }
    return this.#moment;
  }

  #begin(time: number): PageMoment {
    const rest = { 'zonetrace.page.id': this.#pageId, 'zonetrace.view.id': this.#viewId, ...this.#user };
    const read = (): Readonly<Attributes> => {
      const { id, previous } = this.#openSession().at(time);
      return Object.freeze({
        'session.id': id,
        ...(previous ? { 'session.previous_id': previous } : {}),
        ...rest,
      });
    };
    let attributes: Readonly<Attributes> | undefined;
    return {
      get attributes() {
        attributes ??= read();
        return attributes;
      },
    };
  }

  #openSession(): Session {
    this.#session ??= new Session();
    return this.#session;
  }
}

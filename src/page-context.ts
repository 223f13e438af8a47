import { Session } from './session.js';
import { putAttribute, toAttributeValue } from './trace/attribute-value.js';
import { generateSpanId } from './trace/ids.js';
import type { Attributes, AttributeValue } from './trace/types.js';
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
  readonly #session = new Session();
  readonly #pageId = generateSpanId();
  #path = location.pathname;
  #viewId = this.#pageId;
  #user: Attributes = {};
  #sessionId = '';
  #attributes: Readonly<Attributes> = {};

  /** Watches the path; returns the undo. */
  watch(): () => void {
    const check = (): void => {
      if (location.pathname === this.#path) return;
      this.#path = location.pathname;
      this.#viewId = generateSpanId();
      this.#sessionId = '';
    };
    // Without the Navigation API only going back and forth can be seen from here.
    const { navigation = window } = globalThis as { navigation?: EventTarget };
    const type = navigation === window ? 'popstate' : 'currententrychange';
    runOutside(() => navigation.addEventListener(type, check));
    return () => navigation.removeEventListener(type, check);
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
    this.#sessionId = '';
  }

  /** The same object until something changes. `time` is in ms since the Unix epoch. */
  at(time: number): Readonly<Attributes> {
    const { id, previous } = this.#session.at(time);
    if (id !== this.#sessionId) {
      this.#sessionId = id;
      this.#attributes = Object.freeze({
        'session.id': id,
        ...(previous ? { 'session.previous_id': previous } : {}),
        'zonetrace.page.id': this.#pageId,
        'zonetrace.view.id': this.#viewId,
        ...this.#user,
      });
    }
    return this.#attributes;
  }
}

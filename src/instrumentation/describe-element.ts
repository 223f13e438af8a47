const MAX_TEXT = 40;

/** Elements whose content is what a person typed or chose. */
const FIELDS = 'input, textarea, select, output, [contenteditable]:not([contenteditable="false"])';

/** What may hold such content or is not to be read. Of an input, nothing is part of the text around it. */
const PRIVATE = `${FIELDS.slice('input, '.length)}, [data-trace-mask]`;

/** What a person acts on, from the innermost element outwards. */
const ACTIONABLE =
  'button, a[href], input, select, textarea, summary, label, option, [role="button"], [role="link"], [role="tab"], [role="menuitem"], [role="option"], [role="checkbox"], [role="switch"], [data-trace-name], form';

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return `"${line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1)}…` : line}"`;
}

/** Whether the element is, or is a part of, a field that a person fills in. */
export function isInField(element: Element): boolean {
  return element.closest(FIELDS) !== null;
}

function publicText(element: Element | null | undefined): string | undefined {
  if (!element || element.closest(PRIVATE) || element.querySelector(PRIVATE)) return undefined;
  return element.textContent?.trim() || undefined;
}

function accessibleName(element: Element): string | undefined {
  const label = element.getAttribute('aria-label')?.trim();
  if (label) return label;
  const labelledBy = element.getAttribute('aria-labelledby');
  if (labelledBy) {
    const root = element.getRootNode() as Document | ShadowRoot;
    const text = labelledBy
      .split(/\s+/)
      .map((id) => publicText(root.getElementById?.(id)) ?? '')
      .join(' ')
      .trim();
    if (text) return text;
  }
  const isButtonInput = element instanceof HTMLInputElement && /^(button|submit|reset)$/.test(element.type);
  if (isButtonInput) return element.value || element.type;
  const field = element.closest(FIELDS);
  if (field && field !== element) return accessibleName(field);
  if (field) return publicText((field as HTMLInputElement).labels?.[0]);
  if (element.matches('form, div, section, main, body')) return undefined;
  const { alt } = (element.querySelector('img[alt]') ?? {}) as Partial<HTMLImageElement>;
  return publicText(element) || alt?.trim() || element.getAttribute('title')?.trim() || undefined;
}

function shortSelector(element: Element): string {
  const tag = element.localName;
  const [firstClass] = element.classList;
  return firstClass ? `${tag}.${firstClass}` : tag;
}

/**
 * Names an element as a person would: by `data-trace-name`, its accessible name, its test id, its id, or a short
 * selector. What was typed is never part of it; inside `data-trace-mask` no text is.
 */
export function describeElement(target: EventTarget | null | undefined): string {
  if (!(target instanceof Element)) return target === document ? 'document' : 'page';
  const element = target.closest(ACTIONABLE) ?? target;
  const given = element.closest('[data-trace-name]')?.getAttribute('data-trace-name');
  if (given) return quote(given);
  if (!element.closest('[data-trace-mask]')) {
    const name = accessibleName(element);
    if (name) return quote(name);
  }
  const testId = element.getAttribute('data-testid') ?? element.getAttribute('data-test-id');
  if (testId) return `[${testId}]`;
  return element.id ? `#${element.id}` : shortSelector(element);
}

const MAX_TEXT = 40;

/** Elements whose content is what a person typed or chose. */
const INPUTS = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';

/** What a person acts on, from the innermost element outwards. */
const ACTIONABLE =
  'button, a[href], input, select, textarea, summary, label, option, [role="button"], [role="link"], [role="tab"], [role="menuitem"], [role="option"], [role="checkbox"], [role="switch"], [data-trace-name], form';

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return `"${line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1)}…` : line}"`;
}

function accessibleName(element: Element): string | undefined {
  const label = element.getAttribute('aria-label')?.trim();
  if (label) return label;
  const labelledBy = element.getAttribute('aria-labelledby');
  if (labelledBy) {
    const root = element.getRootNode() as Document | ShadowRoot;
    const text = labelledBy
      .split(/\s+/)
      .map((id) => root.getElementById?.(id)?.textContent ?? '')
      .join(' ')
      .trim();
    if (text) return text;
  }
  const isButtonInput = element instanceof HTMLInputElement && /^(button|submit|reset)$/.test(element.type);
  if (isButtonInput) return element.value || element.type;
  if (element.matches(INPUTS)) {
    const [first] = (element as HTMLInputElement).labels ?? [];
    // The label's own text; a control inside of it holds what a person typed.
    return first && !first.querySelector('textarea, select') ? first.textContent?.trim() || undefined : undefined;
  }
  if (element.matches('form, div, section, main, body')) return undefined;
  return element.textContent?.trim() || element.getAttribute('title')?.trim() || undefined;
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

/** A key with modifiers, as `Alt+Shift+Z` says it. */
export interface Shortcut {
  readonly key: string;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

export function parseShortcut(text: string): Shortcut {
  const parts = text.toLowerCase().split('+');
  const has = (...names: string[]) => names.some((name) => parts.slice(0, -1).includes(name));
  return {
    key: parts.at(-1) ?? '',
    alt: has('alt', 'option'),
    shift: has('shift'),
    ctrl: has('ctrl', 'control'),
    meta: has('meta', 'cmd'),
  };
}

/** Letters and digits by their place on the keyboard, as Option makes other characters of them on a Mac. */
export function matchesShortcut(event: KeyboardEvent, wanted: Shortcut): boolean {
  const { key, alt, shift, ctrl, meta } = wanted;
  if (event.altKey !== alt || event.shiftKey !== shift || event.ctrlKey !== ctrl || event.metaKey !== meta)
    return false;
  const { code } = event;
  if (event.key.toLowerCase() !== key && code.toLowerCase() !== `key${key}` && code !== `Digit${key}`) return false;
  return alt || ctrl || meta || !isTyping(event);
}

function isTyping(event: Event): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

const MODIFIERS = ['alt', 'ctrl', 'meta', 'shift'] as const;

/** Modifiers and, last, the key, in lower case. */
export type Shortcut = readonly string[];

/** Reads `Alt+Shift+Z`; the modifiers are Alt, Ctrl, Meta and Shift. */
export function parseShortcut(text: string): Shortcut {
  return text.toLowerCase().split('+');
}

/** Letters and digits by their place on the keyboard, as Option makes other characters of them on a Mac. */
export function matchesShortcut(event: KeyboardEvent, shortcut: Shortcut): boolean {
  const key = shortcut.at(-1);
  const code = event.code.toLowerCase();
  if (event.key.toLowerCase() !== key && code !== `key${key}` && code !== `digit${key}`) return false;
  if (MODIFIERS.some((name) => event[`${name}Key`] !== shortcut.includes(name))) return false;
  return event.altKey || event.ctrlKey || event.metaKey || !isTyping(event);
}

function isTyping(event: Event): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

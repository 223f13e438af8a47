const RIGHT_TO_LEFT = '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}';
const HAS_ANY = new RegExp(`[${RIGHT_TO_LEFT}]`, 'u');
const leadBy = (letter: string) => new RegExp(`^(.*?)(${letter}(?:.*${letter})?)(.*)$`, 'su');
const TURNS_LEFT = leadBy(`[${RIGHT_TO_LEFT}]`);
const TURNS_RIGHT = leadBy(`(?![${RIGHT_TO_LEFT}])\\p{L}`);

/**
 * A name in three parts, of which the second runs against the first: `click "`, letters from right to left, `"`. Undefined
 * where all of it runs one way.
 */
export function nameRuns(name: string): readonly [string, string, string] | undefined {
  if (!HAS_ANY.test(name)) return undefined;
  const first = name.match(/\p{L}/u)?.[0] ?? '';
  const parts = name.match(HAS_ANY.test(first) ? TURNS_RIGHT : TURNS_LEFT);
  return parts ? [parts[1] as string, parts[2] as string, parts[3] as string] : undefined;
}

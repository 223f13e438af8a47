/** The smallest of 1, 2 or 5 times a power of ten that divides `span` into at most `maxCount` steps. */
export function niceStep(span: number, maxCount: number): number {
  const rough = span / Math.max(1, maxCount);
  if (!(rough > 0) || !Number.isFinite(rough)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const digit = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return digit * power;
}

export interface Ticks {
  /** Ascending, in ms. */
  readonly values: readonly number[];
  readonly step: number;
}

/** The round values in `start` to `end` (ms), at most `maxCount` steps apart. */
export function ticksOf(start: number, end: number, maxCount: number): Ticks {
  const step = niceStep(end - start, maxCount);
  const first = Math.ceil(start / step - 1e-9);
  const last = Math.floor(end / step + 1e-9);
  const values: number[] = [];
  for (let i = first; i <= last; i++) values.push(i * step);
  return { values, step };
}

/** A tick's label: as many decimals as the step needs, in the unit of the largest value shown. */
export function formatTick(value: number, step: number, largest: number): string {
  const [unit, size] = largest >= 1000 ? ['s', 1000] : largest >= 1 ? ['ms', 1] : ['µs', 0.001];
  if (Math.abs(value) < step / 2) return `0 ${unit}`;
  const decimals = Math.max(0, -Math.floor(Math.log10(step / size) + 1e-9));
  return `${(value / size).toFixed(decimals)} ${unit}`;
}

/**
 * Where the axis of a trace that still grows ends (ms after its start): beyond `elapsed`, at a round value, so that
 * the bars stand still between one step and the next.
 */
export function growingEnd(elapsed: number): number {
  const step = niceStep(Math.max(elapsed, 10), 5);
  return (Math.floor(Math.max(elapsed, 0) / step) + 1) * step;
}

/** The local time of day of an instant (ms since the Unix epoch): `09:41:07`, with `ms` `09:41:07.250`. */
export function formatClock(time: number, precision: 's' | 'ms' = 's'): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  const part = (value: number, length = 2) => String(value).padStart(length, '0');
  const clock = `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}`;
  return precision === 's' ? clock : `${clock}.${part(date.getMilliseconds(), 3)}`;
}

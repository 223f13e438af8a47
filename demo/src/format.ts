const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });
const wholeEuros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 });
const counts = new Intl.NumberFormat('en-IE');

export function formatPrice(cents: number): string {
  return euros.format(cents / 100);
}

export function formatRevenue(cents: number): string {
  return wholeEuros.format(cents / 100);
}

export function formatCount(count: number): string {
  return counts.format(count);
}

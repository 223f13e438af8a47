import { byId, element } from './dom.js';

const SHOWN_FOR = 2500;
const FADES_FOR = 300;

/** Says something in the corner for a moment. */
export function showToast(message: string): void {
  const toast = element('p', { className: 'toast' }, message);
  byId('toasts', HTMLElement).append(toast);
  setTimeout(() => {
    toast.classList.add('leaving');
    setTimeout(() => toast.remove(), FADES_FOR);
  }, SHOWN_FOR);
}

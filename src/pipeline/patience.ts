import { NativePromise } from '../zone/native.js';
import { setTimerOutside } from '../zone/outside.js';
import { LIMITS } from './delivery-limits.js';

/** Settles as the answer does; rejects where none comes: a hanging exporter must not hold its spans, or `stop()`, for ever. */
export function withPatience<T>(answer: Promise<T> | T): Promise<T> {
  return new NativePromise<T>((resolve, reject) => {
    const patience = LIMITS.answer;
    const stopTimer = setTimerOutside(() => reject(new Error(`no answer in ${patience} ms`)), patience);
    const wait = async (): Promise<void> => {
      try {
        resolve(await answer);
      } catch (error) {
        reject(error);
      }
      stopTimer();
    };
    void wait();
  });
}

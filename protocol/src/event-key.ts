// The event key: a text that identifies an event for its sender.

import { failed, type Outcome, preview, succeeded } from './problem';

/** Maximum length of a key, in bytes of UTF-8. */
export const maxEventKeyBytes = 200;

const controls = /\p{Cc}/u;

/** Checks a key: not empty, not too long, without control characters. */
export function checkEventKey(text: string): Outcome<string> {
  if (text === '') return failed('EMPTY_KEY', { limit: maxEventKeyBytes });
  if (!text.isWellFormed()) return failed('LONE_SURROGATE', { value: preview(text) });
  if (controls.test(text)) return failed('CONTROL_IN_KEY', { value: preview(text) });
  if (Buffer.byteLength(text) > maxEventKeyBytes) {
    return failed('KEY_TOO_LONG', { value: preview(text), limit: maxEventKeyBytes });
  }
  return succeeded(text);
}

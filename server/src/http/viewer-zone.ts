// The time zone in which a page shows times and reads those that are typed.

import type { IncomingHttpHeaders } from 'node:http';
import { cookieNames, cookieOf } from './cookies';

const zoneForm = /^[A-Za-z][\w+/-]{0,63}$/;

/** The zone that the viewer's browser told, or else `fallback`. */
export function viewerZone(headers: IncomingHttpHeaders, fallback: string): string {
  return canonicalZone(cookieOf(headers, cookieNames.zone) ?? '') ?? fallback;
}

/**
 * The one name of a time zone; null for what is none. Names of strangers go through it before anything remembers them: of zones
 * there are few, of ways to write them many.
 */
export function canonicalZone(name: string): string | null {
  if (!zoneForm.test(name)) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

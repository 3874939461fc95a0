// Determines the time zone in which a page shows and reads times.

import type { IncomingHttpHeaders } from 'node:http';
import { canonicalZone, explainZone } from '@anthracite/protocol';
import { cookieNames, cookieOf } from '../security/cookies';
import { type Parameter, parsed } from './parameter-kinds';

/** The parameter `tz`: a time zone by its usual name; null when none is given. */
export function zoneParameter(doc: string): Parameter<string | null> {
  return parsed(doc, { default: null, expected: expectedZone, parse: canonicalZone });
}

/** The zone in the address of a page, as in a share link; null without a valid one. */
export function linkedZone(query: unknown): string | null {
  const given = (query as { readonly tz?: unknown } | null | undefined)?.tz;
  const last = Array.isArray(given) ? given.at(-1) : given;
  return typeof last === 'string' ? canonicalZone(last) : null;
}

/** The zone that the viewer's browser sent, or else `fallback`. */
export function viewerZone(headers: IncomingHttpHeaders, fallback: string): string {
  return canonicalZone(cookieOf(headers, cookieNames.zone) ?? '') ?? fallback;
}

/** What a client may send for a time zone, for the refusal of a value. Suggests a name where one is close. */
export function expectedZone(value: string): string {
  const meant = explainZone(value);
  return `a time zone such as UTC or Europe/Amsterdam${meant ? `. ${meant}` : ''}`;
}

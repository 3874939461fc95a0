// The incident or change that a question is about, as users name it: by a key, an id, a tag or a type. Pure.

import type { RequestParameters } from '../request/parameters';

/** Maximum number of incidents or changes in one query. */
export const maxSubjects = 10;
/** Number of suspects or followers of each, without a limit. */
export const usualAnswers = 10;

const idForm = /^\d{1,15}$/;
const keyNames = ['incident', 'outage', 'span'];

/** The id in a name such as `3908`; null for other names. */
export function idOf(name: string): number | null {
  return idForm.test(name) ? Number(name) : null;
}

/** The parameters of the requests that find a span by its key, a tag or its type: each has the newest match. */
export function spanSearch(name: string): RequestParameters[] {
  const newest = { show: 'spans', limit: '1' };
  const isTag = name.includes('=');
  const byTag = { ...newest, any: isTag ? [name] : keyNames.map((key) => `${key}=${name}`) };
  return isTag || idOf(name) !== null ? [byTag] : [byTag, { ...newest, type: name }];
}

/** The same for an event, by a tag such as `version=4f2c9d1` or by its type, at any time. `filters` restrict the search. */
export function eventSearch(name: string, filters: RequestParameters): RequestParameters[] {
  const newest = { ...filters, from: '', until: '', show: 'points', limit: '1' };
  if (!name.includes('=')) return [{ ...newest, type: name }];
  return [{ ...newest, all: [...[filters['all'] ?? []].flat(), name] }];
}

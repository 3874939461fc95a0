// The time zone data that Node.js contains (ICU).

import { IANAZone } from 'luxon';
import type { ZoneData } from './zone-data';

/** Node.js' own data. Its version is that of `process.versions.tz`. */
export const runtimeZones: ZoneData = {
  version: (typeof process === 'undefined' ? undefined : process.versions['tz']) ?? 'unknown',
  source: 'Node.js',
  nameOf: (name) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    } catch {
      return undefined;
    }
  },
  // Luxon remembers every name that it is given.
  offsetsOf: (name) => {
    const zone = IANAZone.create(name);
    return zone.isValid ? { offsetAt: (timeMs) => zone.offset(timeMs) * 60_000 } : undefined;
  },
};

// Which names are names of the time zone database. Node.js also takes abbreviations, and some have another meaning
// there than elsewhere: BST is Asia/Dhaka for Node.js and London for PostgreSQL.

const zoneForm = /^[A-Za-z][\w+-]*(?:\/[A-Za-z][\w+-]*){0,2}$/;
const maxChars = 64;

// All names without a slash in the database of 2026, except Factory.
const shortNames = new Set(
  (
    'cet cst6cdt cuba eet egypt eire est est5edt gb gb-eire gmt gmt+0 gmt-0 gmt0 greenwich hongkong hst iceland iran ' +
    'israel jamaica japan kwajalein libya met mst mst7mdt navajo nz nz-chat poland portugal prc pst8pdt roc rok ' +
    'singapore turkey uct universal utc w-su wet zulu'
  ).split(' '),
);

// The usual meaning of common abbreviations.
const abbreviations: Readonly<Record<string, string>> = {
  ACST: 'Australia/Darwin',
  ACT: 'Australia/Darwin',
  AEST: 'Australia/Sydney',
  AEDT: 'Australia/Sydney',
  AKST: 'America/Anchorage',
  AKDT: 'America/Anchorage',
  ART: 'America/Argentina/Buenos_Aires',
  AST: 'America/Halifax',
  ADT: 'America/Halifax',
  AWST: 'Australia/Perth',
  BRT: 'America/Sao_Paulo',
  BST: 'Europe/London',
  CAT: 'Africa/Maputo',
  CDT: 'America/Chicago',
  CEST: 'Europe/Berlin',
  CST: 'America/Chicago',
  EAT: 'Africa/Nairobi',
  EDT: 'America/New_York',
  EEST: 'Europe/Athens',
  HKT: 'Asia/Hong_Kong',
  IST: 'Asia/Kolkata',
  JST: 'Asia/Tokyo',
  KST: 'Asia/Seoul',
  MDT: 'America/Denver',
  MSK: 'Europe/Moscow',
  NST: 'America/St_Johns',
  NZDT: 'Pacific/Auckland',
  NZST: 'Pacific/Auckland',
  PDT: 'America/Los_Angeles',
  PKT: 'Asia/Karachi',
  PST: 'America/Los_Angeles',
  SAST: 'Africa/Johannesburg',
  SGT: 'Asia/Singapore',
  SST: 'Pacific/Pago_Pago',
  VST: 'Asia/Ho_Chi_Minh',
  WAT: 'Africa/Lagos',
  WEST: 'Europe/Lisbon',
};

/** True if a text has the form of a name of the database: with a slash, or one of the few names without. */
export function isZoneName(name: string): boolean {
  if (name.length > maxChars || !zoneForm.test(name)) return false;
  return name.includes('/') ? !/^(?:posix|right)\//i.test(name) : shortNames.has(name.toLowerCase());
}

/**
 * A sentence for a name that is refused although it has a meaning elsewhere, such as
 * `BST is not an IANA name; do you mean Europe/London?`; undefined if no name is similar.
 */
export function explainZone(name: string): string | undefined {
  const meant = isZoneName(name) ? undefined : suggestZone(name);
  return meant && `${name} is not an IANA name; do you mean ${meant}?`;
}

function suggestZone(name: string): string | undefined {
  if (name.length > maxChars || !/^[\w+: -]+$/.test(name)) return undefined;
  const abbreviation = name.toUpperCase();
  if (Object.hasOwn(abbreviations, abbreviation)) return abbreviations[abbreviation];
  // Etc/GMT-3 is three hours ahead of UTC.
  const [, sign, hours] = /^(?:GMT|UTC)?([+-])0?(\d{1,2})(?::?00)?$/i.exec(name) ?? [];
  if (hours !== undefined && Number(hours) <= 12)
    return Number(hours) === 0 ? 'UTC' : `Etc/GMT${sign === '+' ? '-' : '+'}${hours}`;
  const city = `/${name.trim().replaceAll(' ', '_').toLowerCase()}`;
  return Intl.supportedValuesOf('timeZone').find((known) => known.toLowerCase().endsWith(city));
}

// Reads times that tools such as Puppet and Chef write. Pure.

const form =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)? ?(?:(Z|z|UTC)|([+-])(\d\d)(?::?(\d\d))?)?$/;

/**
 * Milliseconds since the epoch of a date and time from 1970 on, in ISO 8601 or in Ruby's format. Without a zone it is UTC;
 * without seconds they are 0. Decimals after the third are ignored. Null for anything else.
 */
export function parseChangeTime(text: string): number | null {
  const match = form.exec(text);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part = '0') => Number(part));
  if (year < 1970 || hour > 23 || minute > 59 || second > 59) return null;
  const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const offsetMinutes = (Number(match[10] ?? 0) * 60 + Number(match[11] ?? 0)) * (match[9] === '-' ? -1 : 1);
  return date.getTime() - offsetMinutes * 60_000;
}

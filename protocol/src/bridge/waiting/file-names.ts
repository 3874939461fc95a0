// The names of the files of waiting reports. Pure.

const suffix = '.report';

/** The name of a file. Names sort by age: milliseconds since the epoch, then a counter. */
export function reportName(now: number, count: number): string {
  return `${String(Math.max(0, Math.trunc(now))).padStart(15, '0')}-${String(count).padStart(9, '0')}${suffix}`;
}

/** The name of an incomplete file. */
export const draftName = (name: string): string => `.${name}`;

/** True for the draft of a killed process. */
export const isDraft = (name: string): boolean => name.startsWith('.') && name.endsWith(suffix);

/** True for the file of a report. */
export const isReport = (name: string): boolean => /^\d{15}-\d{9}\.report$/.test(name);

// What a type and its tags say of a span: whether they mark its start, its detection or its end, of which span, and how grave.
// Knows no time and no other mark. The conventions are in `docs/spans.md`.

/** What a mark says: it began, somebody noticed, it is over. */
export type MarkRole = 'start' | 'detected' | 'end';
/** 1 full, 2 major, 3 minor, 4 none that a user would notice. */
export type Severity = 1 | 2 | 3 | 4;
/** `self`: of our own making. */
export type Origin = 'self' | 'external';
/** Bad news, good news on the same scale, or neither. */
export type Scale = 'incident' | 'gain' | 'other';

/** What marks of one series say. */
export interface MarkMeaning {
  readonly role: MarkRole;
  /** The type without its suffix: `incident_sev2` of `incident_sev2_start`. */
  readonly stem: string;
  /** Equal for marks that may belong to one span: the stem, or, where there is a key, the stem without severity and the key. */
  readonly group: string;
  /** The value of the tag `incident`, `outage` or `span`; null without one. */
  readonly key: string | null;
  readonly scale: Scale;
  readonly severity: Severity | null;
  /** 0 to 100; null where it is not said. */
  readonly impact: number | null;
  readonly origin: Origin | null;
  /** Tags that have a meaning here, and a value that has none. */
  readonly problems: readonly ('bad_impact' | 'bad_origin')[];
}

/** The suffixes that make an event a mark, and what each says. */
export const markSuffixes: Readonly<Record<string, MarkRole>> = {
  _start: 'start',
  _detected: 'detected',
  _resolved: 'end',
  _end: 'end',
  _finish: 'end',
};

const suffixForm = new RegExp(`^(.+)(${Object.keys(markSuffixes).join('|')})$`, 's');
const scaleForm = /^(incident|outage|gain)(?:_sev([1-4]))?(?=_|$)/;
const keyForm = /^(incident|outage|span)=(.+)$/s;
const noProblems: MarkMeaning['problems'] = [];
const impactForm = /^\d{1,3}(?:\.\d{1,9})?$/;

/** The tag among some that is the key of their span, such as `incident=42`; null without one. */
export function keyTagOf(tags: readonly string[]): string | null {
  return tags.find((tag) => keyForm.test(tag)) ?? null;
}

/** The stem with another severity in it: `incident_sev1` of `incident_sev2` and 1; null where a stem can have none. */
export function withSeverity(stem: string, severity: Severity | null): string | null {
  const [prefix, word] = scaleForm.exec(stem) ?? [];
  if (prefix === undefined || word === undefined) return null;
  return `${word}${severity === null ? '' : `_sev${severity}`}${stem.slice(prefix.length)}`;
}

/** Reads what a series says of a span; null where it is no mark. */
export function parseMark(type: string, tags: readonly string[]): MarkMeaning | null {
  const [, stem, suffix = ''] = suffixForm.exec(type) ?? [];
  const role = markSuffixes[suffix];
  if (stem === undefined || role === undefined) return null;
  const [prefix = '', word] = scaleForm.exec(stem) ?? [];
  const [, key = null] = keyOf(tags);
  const impact = tagValue(tags, 'impact');
  const isImpact = impact !== null && impactForm.test(impact) && Number(impact) <= 100;
  const origin = tagValue(tags, 'origin');
  const isOrigin = origin === 'self' || origin === 'external';
  return {
    role,
    stem,
    // Neither types nor tags have blanks.
    group: key === null ? stem : `${word ?? ''}${stem.slice(prefix.length)} ${key}`,
    key,
    ...parseScale(stem, tags),
    impact: isImpact ? Number(impact) : null,
    origin: isOrigin ? origin : null,
    problems: problemsOf(impact !== null && !isImpact, origin !== null && !isOrigin),
  };
}

/** Whether events of a type are marks of spans. */
export function isMarkType(type: string): boolean {
  return suffixForm.test(type);
}

/** On which scale an event, or a span, is, by its type or stem and its tags; and how grave that says it is. */
export function parseScale(
  type: string,
  tags: readonly string[],
): { readonly scale: Scale; readonly severity: Severity | null } {
  const [, word, level] = scaleForm.exec(type) ?? [];
  const [keyName] = keyOf(tags);
  return {
    scale: word === 'gain' ? 'gain' : word !== undefined || keyName === 'outage' ? 'incident' : 'other',
    severity: level === undefined ? null : (Number(level) as Severity),
  };
}

// Name and value of the first tag that makes a span of its own.
function keyOf(tags: readonly string[]): readonly string[] {
  return (
    tags
      .map((tag) => keyForm.exec(tag))
      .find((match) => match !== null)
      ?.slice(1) ?? []
  );
}

// There are many marks, and hardly any with a problem: these share one list.
function problemsOf(isBadImpact: boolean, isBadOrigin: boolean): MarkMeaning['problems'] {
  if (!isBadImpact && !isBadOrigin) return noProblems;
  return [
    ...(isBadImpact ? (['bad_impact'] as const) : []),
    ...(isBadOrigin ? (['bad_origin'] as const) : []),
  ];
}

// The first value of a tag; null without one.
function tagValue(tags: readonly string[], key: string): string | null {
  const tag = tags.find((one) => one.startsWith(`${key}=`));
  return tag === undefined ? null : tag.slice(key.length + 1);
}

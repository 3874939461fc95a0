// Reads from a type and its tags whether an event marks the start, the detection, an update or the end of a span, and reads its
// span key and its severity. The conventions are in `docs/spans.md`.

/** The role of a mark: start, detection or end of a span, or an update: a note, or another severity. */
export type MarkRole = 'start' | 'detected' | 'update' | 'end';
/** The effect on users: 1 full, 2 major, 3 minor, 4 not noticeable. */
export type Severity = 1 | 2 | 3 | 4;
/** Who caused a span. */
export type Origin = 'self' | 'external';
/** `incident`: bad for users; `gain`: good for the business; `other`: neither. */
export type Scale = 'incident' | 'gain' | 'other';

/** A value that is not valid and is ignored. */
export type MeaningProblem = 'bad_severity' | 'bad_impact' | 'bad_origin';

/** The meaning of the marks of one series. */
export interface MarkMeaning {
  readonly role: MarkRole;
  /** The type without its suffix: `incident_sev2` of `incident_sev2_start`. */
  readonly stem: string;
  /** Equal for marks that may belong to one span: the stem, or with a key the stem without severity, and the key. */
  readonly group: string;
  /** The value of the tag `incident`, `outage` or `span`; null without one. */
  readonly key: string | null;
  readonly scale: Scale;
  readonly severity: Severity | null;
  /** 0 to 100 percent; null if unknown. */
  readonly impact: number | null;
  readonly origin: Origin | null;
  readonly problems: readonly MeaningProblem[];
}

/** The suffixes of types that make an event a mark, and the role of each. */
export const markSuffixes: Readonly<Record<string, MarkRole>> = {
  _start: 'start',
  _detected: 'detected',
  _update: 'update',
  _resolved: 'end',
  _end: 'end',
  _finish: 'end',
};

const suffixForm = new RegExp(`^(.+)(${Object.keys(markSuffixes).join('|')})$`, 's');
// The severity may be out of range: then it is not part of a name, and is ignored.
const scaleForm = /^(incident|outage|gain)(?:_([sS][eE][vV]-?\d+))?(?=_|$)/;
const severityForm = /^sev([1-4])$/;
const keyForm = /^(incident|outage|span)=(.+)$/s;
const noProblems: MarkMeaning['problems'] = [];
// The name of a project or a person follows, which may end like a mark: deploy_back_end.
const namedForm = /^(?:deploy|manual)_./s;
const failureForm = /._failed(?:_start|_detected)?$/s;
const spanKeyForm = /^span=./s;
const impactForm = /^\d{1,3}(?:\.\d{1,9})?$/;

/** The tag with the span key, such as `incident=42`; null without one. */
export function keyTagOf(tags: readonly string[]): string | null {
  return tags.find((tag) => keyForm.test(tag)) ?? null;
}

/** The tag for a span key: `incident=42` for the stem `incident_sev2` and the key `42`. */
export function keyTagFor(stem: string, key: string): string {
  const { scale } = parseScale(stem, []);
  if (scale !== 'incident') return `span=${key}`;
  return stem.startsWith('outage') ? `outage=${key}` : `incident=${key}`;
}

/** The stem with another severity: `incident_sev1` from `incident_sev2` and 1; null if the stem cannot have a severity. */
export function withSeverity(stem: string, severity: Severity | null): string | null {
  const [prefix, word] = scaleForm.exec(stem) ?? [];
  if (prefix === undefined || word === undefined) return null;
  return `${word}${severity === null ? '' : `_sev${severity}`}${stem.slice(prefix.length)}`;
}

/** Reads the meaning of a series; null if it is not a mark. */
export function parseMark(type: string, tags: readonly string[]): MarkMeaning | null {
  const [, stem, suffix = ''] = suffixForm.exec(type) ?? [];
  const role = markSuffixes[suffix];
  if (stem === undefined || role === undefined || isNamed(type, tags)) return null;
  const [prefix = '', word] = scaleForm.exec(stem) ?? [];
  const [, key = null] = keyOf(tags);
  const ownScale = parseScale(stem, tags);
  // Many types end in this word and mark nothing: package_update.
  if (role === 'update' && (key === null || ownScale.scale === 'other')) return null;
  const impact = tagValue(tags, 'impact');
  const isImpact = impact !== null && impactForm.test(impact) && Number(impact) <= 100;
  const origin = tagValue(tags, 'origin');
  const isOrigin = origin === 'self' || origin === 'external';
  const problems: readonly MeaningProblem[] = [
    ...(hasBadSeverity(stem) ? (['bad_severity'] as const) : []),
    ...(impact !== null && !isImpact ? (['bad_impact'] as const) : []),
    ...(origin !== null && !isOrigin ? (['bad_origin'] as const) : []),
  ];
  return {
    role,
    stem,
    // Types and tags contain no spaces.
    group: key === null ? stem : `${word ?? ''}${stem.slice(prefix.length)} ${key}`,
    key,
    ...ownScale,
    impact: isImpact ? Number(impact) : null,
    origin: isOrigin ? origin : null,
    // Nearly all marks have no problem; they share one empty list to save memory.
    problems: problems.length === 0 ? noProblems : problems,
  };
}

// The suffix of such a type is part of a name that somebody chose, unless a key shows that it is a mark.
function isNamed(type: string, tags: readonly string[]): boolean {
  return (namedForm.test(type) || tags.includes('deploy')) && !tags.some((tag) => spanKeyForm.test(tag));
}

/** True if events of a type are marks, if they have the key that an update needs; see `docs/spans.md`. */
export function isMarkType(type: string): boolean {
  const [, , suffix = ''] = suffixForm.exec(type) ?? [];
  return (markSuffixes[suffix] === 'update' ? scaleForm : suffixForm).test(type) && !namedForm.test(type);
}

/** The type without the ending of a mark: `incident_sev2` of `incident_sev2_resolved`. Other types are unchanged. */
export function stemOf(type: string): string {
  return isMarkType(type) ? type.replace(suffixForm, '$1') : type;
}

/**
 * True if a type, or the stem of a span, is a failure: `puppet_failed`, or `backup_failed_start`, but not its end. Incidents and
 * gains take precedence; see `docs/spans.md`.
 */
export function isFailureType(type: string): boolean {
  return failureForm.test(type) && !namedForm.test(type);
}

/** The values in a series that are ignored, for warnings; empty for most series. */
export function problemsOfMeaning(type: string, tags: readonly string[]): readonly MeaningProblem[] {
  const mark = parseMark(type, tags);
  if (mark !== null) return mark.problems;
  return hasBadSeverity(type) ? ['bad_severity'] : noProblems;
}

function hasBadSeverity(type: string): boolean {
  const level = scaleForm.exec(type)?.[2];
  return level !== undefined && !severityForm.test(level);
}

/** The scale and the severity of an event or a span, by its type or stem and its tags. */
export function parseScale(
  type: string,
  tags: readonly string[],
): { readonly scale: Scale; readonly severity: Severity | null } {
  const [, word, level] = scaleForm.exec(type) ?? [];
  const [keyName] = keyOf(tags);
  return {
    scale: word === 'gain' ? 'gain' : word !== undefined || keyName === 'outage' ? 'incident' : 'other',
    severity: toSeverity(level),
  };
}

// Name and value of the first tag with a span key.
function keyOf(tags: readonly string[]): readonly string[] {
  return (
    tags
      .map((tag) => keyForm.exec(tag))
      .find((match) => match !== null)
      ?.slice(1) ?? []
  );
}

function toSeverity(level = ''): Severity | null {
  const [, digit] = severityForm.exec(level) ?? [];
  return digit === undefined ? null : (Number(digit) as Severity);
}

// The first value of a tag; null without one.
function tagValue(tags: readonly string[], key: string): string | null {
  const tag = tags.find((one) => one.startsWith(`${key}=`));
  return tag === undefined ? null : tag.slice(key.length + 1);
}

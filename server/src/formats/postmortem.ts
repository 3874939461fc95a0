// A postmortem of a span as Markdown, to be completed by people: figures, log and suspects. Pure. Text of events is escaped, so that
// it cannot become markup.

import { bodyOf, spellDuration, titleOf } from '@anthracite/protocol/core';
import { type LogEntry, roleNames } from './log-entry';
import type { TitledSpan } from './titled-span';
import type { Suspects } from './told-suspects';

/** The content of a postmortem. Times in milliseconds since the epoch. */
export interface Postmortem {
  readonly span: TitledSpan;
  readonly log: readonly LogEntry[];
  readonly suspects: Suspects;
  /** Name of the time zone of all times. */
  readonly zone: string;
  /** Writes an instant in this zone. */
  readonly timeText: (timeMs: number) => string;
}

const maxSuspects = 5;

/** The document. */
export function writePostmortem({ span, log, suspects, zone, timeText }: Postmortem): string {
  const sections = [
    `# Postmortem: ${escapeMarkdown(span.title)}`,
    facts(span, zone, timeText),
    '## Summary',
    '_The problem and its effect on users._',
    '## Timeline',
    log.map((entry) => logLine(entry, timeText)).join('\n'),
    '## Changes before the start',
    suspectLines(suspects),
    '## Causes',
    '_The conditions that together caused it._',
    '## What went well, and what did not',
    '_Detection, communication, repair._',
    '## Actions',
    '- [ ] _Action, owner, date_',
  ];
  return `${sections.join('\n\n')}\n`;
}

function facts(span: TitledSpan, zone: string, timeText: (timeMs: number) => string): string {
  const { begin, detected, end, severity, impact, origin, tags } = span;
  const after = (time: number): string => ` (after ${spellDuration(Math.max(0, time - begin))})`;
  const rows = [
    ['Severity', severity === null ? 'not set' : `sev${severity}`],
    ['Started', timeText(begin)],
    ['Detected', detected === null ? 'not recorded' : timeText(detected) + after(detected)],
    ['Ended', end === null ? 'still open' : timeText(end) + after(end)],
    ['Impact', impact === null ? 'not recorded' : `${impact} %`],
    ['Origin', origin ?? 'not recorded'],
    ['Tags', tags.map(escapeMarkdown).join(', ') || 'none'],
    ['Times in', zone],
  ];
  return ['|  |  |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}

function logLine({ time, type, role, description }: LogEntry, timeText: (timeMs: number) => string): string {
  const what = role === null ? escapeMarkdown(type) : roleNames[role];
  const words = description === null ? '' : `: ${escapeMarkdown(titleOf(description))}`;
  const body = description === null || role !== 'update' ? '' : bodyOf(description).trim();
  const more =
    body === ''
      ? ''
      : `\n${body
          .split('\n')
          .map((line) => `  ${escapeLine(line)}`)
          .join('\n')}`;
  return `- **${timeText(time)}** ${what}${words}${more}`;
}

function suspectLines({ suspects, windowMs }: Suspects): string {
  const window = spellDuration(windowMs, 'words');
  if (suspects.length === 0) return `No changes were recorded in the ${window} before the start.`;
  const lines = suspects
    .slice(0, maxSuspects)
    .map(
      ({ event, type, explanation }, place) =>
        `${place + 1}. ${escapeMarkdown(titleOf(event.description))} (${escapeMarkdown(type)}): ${escapeMarkdown(explanation)}`,
    );
  return [
    `The most suspicious changes in the ${window} before the start. A high rank is a hint, not a proof.`,
    '',
    ...lines,
  ].join('\n');
}

// A line of its own: its start may look like a list or the line below a heading.
function escapeLine(line: string): string {
  return escapeMarkdown(line)
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/, '$1\\$2');
}

/** Text in Markdown that is shown as it is. Line breaks become spaces. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replace(/[\\`*_{}[\]<>&|#~!$]/g, '\\$&')
    .replace(/:\/\//g, '\\://')
    .replace(/@(?=\w)/g, '@\u2060');
}

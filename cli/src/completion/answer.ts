// Finds candidates for the last word of a typed command line: fixed words, or names from the server.

import type { HttpClient, UsageEntry } from '@anthracite/protocol';
import { findOpenSpans } from '../open-spans';
import type { Question, Wanted } from './question';
import type { Shell } from './scripts';

/** A candidate and its description. */
export interface Candidate {
  readonly name: string;
  readonly doc: string;
}

// Other people choose these names, and they end up in the user's command line: only names without special characters of
// shells are offered.
const harmless = /^[\p{L}\p{N}_./@+,%][\p{L}\p{N}\p{M}_./@:=+,%-]*$/u;
const maxNames = 2_000;
// With more tags than this, their keys are offered first.
const maxTags = 50;

/** The candidates; `null` if a file name is expected. Rejects with a `ClientError` if the server does not answer. */
export async function answer(
  { wanted, typed, before }: Question,
  createClient: () => HttpClient,
): Promise<readonly Candidate[] | null> {
  if (wanted.kind === 'files') return null;
  const all = await lookUp(wanted, typed, createClient);
  return all
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name, doc }) => ({ name: before + name, doc }));
}

async function lookUp(
  wanted: Wanted,
  typed: string,
  createClient: () => HttpClient,
): Promise<readonly Candidate[]> {
  switch (wanted.kind) {
    case 'words':
      return wanted.words;
    case 'zones':
      return ['UTC', ...Intl.supportedValuesOf('timeZone')].map((name) => ({ name, doc: '' }));
    case 'types':
      return toCandidates((await createClient().types(typed, maxNames)).usages);
    case 'tags': {
      const { usages } = await createClient().tags(typed, maxNames);
      const isCrowded = usages.length > maxTags && !typed.includes('=');
      return isCrowded ? keysOf(usages, '=') : toCandidates(usages);
    }
    case 'keys':
      return keysOf((await createClient().tags(typed, maxNames)).usages, '');
    case 'openSpans':
      return (await findOpenSpans(createClient()))
        .map(({ key, type }) => ({ name: key ?? type, doc: type }))
        .filter(({ name, doc }) => harmless.test(name) && harmless.test(doc));
    default:
      return [];
  }
}

function toCandidates(usages: readonly UsageEntry[]): Candidate[] {
  return usages
    .filter(({ name }) => harmless.test(name))
    .map(({ name, count }) => ({ name, doc: count === 1 ? '1 event' : `${count} events` }));
}

function keysOf(usages: readonly UsageEntry[], ending: string): Candidate[] {
  const keys = new Set(
    usages.flatMap(({ name }) => (name.includes('=') ? [name.slice(0, name.indexOf('='))] : [])),
  );
  return [...keys].filter((key) => harmless.test(key)).map((key) => ({ name: key + ending, doc: 'tag key' }));
}

/** Candidates as the script of a shell reads them, one per line. */
export function formatCandidates(candidates: readonly Candidate[] | null, shell: Shell): string {
  if (candidates === null) return ':files\n';
  return candidates.map(({ name, doc }) => (shell === 'bash' ? `${name}\n` : `${name}\t${doc}\n`)).join('');
}

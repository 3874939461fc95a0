// Answers what a command line that is being typed asks for: with words that are known, or with what the server knows.

import type { HttpClient, UsageEntry } from '@anthracite/protocol';
import { findOpenSpans } from '../open-spans';
import type { Question, Wanted } from './question';
import type { Shell } from './scripts';

/** A word that may stand there, and what it is. */
export interface Candidate {
  readonly name: string;
  readonly doc: string;
}

// Names of strangers end in the command line of whoever presses the key: none is offered that a shell reads anything into.
const harmless = /^[\p{L}\p{N}_./@+,%][\p{L}\p{N}\p{M}_./@:=+,%-]*$/u;
const asked = 2_000;
// Where there are more tags, their keys are offered first.
const maxTags = 50;

/** The candidates; `null` where a file is wanted. Rejects with a `ClientError` when the server does not answer. */
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
      return toCandidates((await createClient().types(typed, asked)).usages);
    case 'tags': {
      const { usages } = await createClient().tags(typed, asked);
      const isCrowded = usages.length > maxTags && !typed.includes('=');
      return isCrowded ? keysOf(usages, '=') : toCandidates(usages);
    }
    case 'keys':
      return keysOf((await createClient().tags(typed, asked)).usages, '');
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
  return [...keys].filter((key) => harmless.test(key)).map((key) => ({ name: key + ending, doc: 'a tag' }));
}

/** Candidates as the script of a shell reads them, one a line. */
export function formatCandidates(candidates: readonly Candidate[] | null, shell: Shell): string {
  if (candidates === null) return ':files\n';
  return candidates.map(({ name, doc }) => (shell === 'bash' ? `${name}\n` : `${name}\t${doc}\n`)).join('');
}

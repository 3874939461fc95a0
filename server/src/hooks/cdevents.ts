// Maps CDEvents, which stand whole in the data of a CloudEvent: id, source and time are those of their context. Pure.

import { type HookRequest, ignored, type Mapped, misread } from './hook';
import { newEvent } from './new-event';
import { firstTextAt, type Json, objectAt, textAt } from './payload';
import { timeAt } from './times';
import { describe, typeWord } from './words';

const typeForm = /^dev\.cdevents\.([a-z]+)\.([a-z]+)(?:\.\d.*)?$/i;
const deployed: ReadonlySet<string> = new Set(['deployed', 'upgraded', 'published', 'rolledback']);
const runs: Readonly<Record<string, readonly [word: string, name: string]>> = {
  pipelinerun: ['pipeline', 'pipelineName'],
  taskrun: ['task', 'taskName'],
  build: ['build', 'name'],
  testsuiterun: ['test suite', 'testSuite.name'],
};

/** True for a CDEvent of a kind that has a mapping. */
export function isCdEvent(event: Json): boolean {
  const [, subject = '', predicate = ''] = typeForm.exec(typeOf(event)) ?? [];
  const kind = subject.toLowerCase();
  if (kind === 'service') return deployed.has(predicate.toLowerCase()) || predicate === 'removed';
  if (kind === 'incident') return ['detected', 'reported', 'resolved'].includes(predicate.toLowerCase());
  return kind === 'environment' || (Object.hasOwn(runs, kind) && predicate.toLowerCase() === 'finished');
}

/** Maps a CDEvent for which `isCdEvent` is true. */
export function mapCdEvent(event: Json, request: HookRequest): Mapped {
  const data = objectAt(event, 'data');
  const [, kind = '', predicate = ''] = (typeForm.exec(typeOf(event)) ?? []).map((part) =>
    part.toLowerCase(),
  );
  const subject = textAt(data, 'subject.id');
  const id = textAt(data, 'context.id');
  if (subject === '' || id === '') return misread('"subject.id" or "context.id" of the CDEvent is missing');
  const parts = partsOf(kind, predicate, subject, objectAt(data, 'subject.content'), request);
  if (typeof parts === 'string') return ignored(parts);
  return newEvent(request, {
    ...parts,
    time: timeAt(data, 'context.timestamp') ?? request.now,
    key: `${textAt(data, 'context.source')} ${id}`,
    tool: 'cdevents',
  });
}

// The version of the type is at its end, and differs between versions of the specification.
function typeOf(event: Json): string {
  return textAt(event, 'data.context.type') || textAt(event, 'type');
}

interface Parts {
  readonly type: string;
  readonly tags: readonly (readonly [string, string])[];
  readonly description: string;
}

function partsOf(
  kind: string,
  predicate: string,
  subject: string,
  content: Json,
  { hook }: HookRequest,
): Parts | string {
  const environment = textAt(content, 'environment.id');
  if (kind === 'service') {
    const artifact = textAt(content, 'artifactId');
    const isRemoved = predicate === 'removed';
    const name = hook.options.project || subject;
    const verb = predicate === 'rolledback' ? 'rolled back' : predicate;
    return {
      type: typeWord(isRemoved ? 'remove' : 'deploy', name),
      tags: [
        ['env', environment],
        ['version', versionOf(artifact)],
        ['change', predicate === 'rolledback' ? 'rollback' : ''],
      ],
      description: describe(
        `${name} ${verb}${environment && ` ${isRemoved ? 'from' : predicate === 'rolledback' ? 'in' : 'to'} ${environment}`}`,
        [],
        artifact,
      ),
    };
  }
  if (kind === 'incident') {
    const service = textAt(content, 'service.id');
    return {
      type: `${typeWord('incident', service)}_${predicate === 'resolved' ? 'resolved' : 'start'}`,
      tags: [
        ['incident', subject],
        ['env', environment],
      ],
      description: describe(textAt(content, 'description') || `incident ${subject} ${predicate}`, [
        textAt(content, 'ticketURI'),
      ]),
    };
  }
  if (kind === 'environment') {
    return {
      type: typeWord('environment', subject),
      tags: [
        ['env', subject],
        ['change', predicate],
      ],
      description: describe(`environment ${textAt(content, 'name') || subject} ${predicate}`),
    };
  }
  const [word, path] = runs[kind] ?? ['run', 'name'];
  const outcome = textAt(content, 'outcome');
  if (outcome === '' || outcome === 'success') return `the outcome ${outcome || 'unknown'} is not a failure`;
  const name = textAt(content, path) || subject;
  const why = firstTextAt(content, 'errors', 'reason');
  return {
    type: typeWord('ci', hook.options.project || name),
    tags: [
      ['conclusion', outcome],
      ['run', subject],
      ['env', environment],
    ],
    description: describe(
      `${word} ${name} ${outcome === 'failure' ? 'failed' : `ended with ${outcome}`}${why && `: ${why}`}`,
      [textAt(content, 'uri')],
    ),
  };
}

// The artifact is a package URL: its version is `?tag=`, or the text after `@`.
function versionOf(artifact: string): string {
  const [before = '', query = ''] = artifact.split('#', 1)[0]?.split('?', 2) ?? [];
  const tag = new URLSearchParams(query).get('tag') ?? '';
  const at = before.lastIndexOf('@');
  if (tag !== '' || at === -1) return tag;
  try {
    return decodeURIComponent(before.slice(at + 1));
  } catch {
    return before.slice(at + 1);
  }
}

// Changes and deletes events and spans in the terms of Grafana's annotations.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { TitledSpan } from '../../../formats/titled-span';
import { type AnnotationPatch, inOrder, typed } from '../../../hooks/grafana-annotation';
import type { Change, EventPatch } from '../../../storage/event-change';
import { settle } from '../routes/changes';
import type { RouteContext } from '../routes/context';

const door = 'annotations';

export class AnnotationEditor {
  readonly #context: Pick<RouteContext, 'store' | 'intake'>;

  constructor(context: Pick<RouteContext, 'store' | 'intake'>) {
    this.#context = context;
  }

  /**
   * Changes an annotation; a point that gets an end becomes a region. False if it does not exist. Rejects with a `RequestError`
   * if it would become a duplicate.
   */
  async edit(id: number, patch: AnnotationPatch, change: Change): Promise<boolean> {
    const { store } = this.#context;
    const [event, span] = await Promise.all([store.event(id), store.span(id)]);
    if (event === null) return false;
    if (span !== null) await this.#editRegion(span, patch, change);
    else await this.#editPoint(event, patch, change);
    return true;
  }

  /** Deletes an annotation, with all marks of a region. Unknown ids are ignored. */
  async remove(id: number, change: Change): Promise<void> {
    const { store } = this.#context;
    const span = await store.span(id);
    for (const mark of span?.marks ?? [{ id }]) await store.remove(mark.id, change, null);
  }

  async #editPoint(event: StoredEvent, patch: AnnotationPatch, change: Change): Promise<void> {
    const [time, end] = inOrder(patch.time ?? event.time, patch.end ?? null);
    const { type, tags } = wordsOf(event, event.type, patch);
    const description = patch.text ?? event.description;
    if (end === null) return this.#edit(event.id, { time, type, tags, description }, change);
    const keyed = [`span=annotation-${event.id}`, ...tags];
    await this.#edit(event.id, { time, type: `${type}_start`, tags: keyed, description }, change);
    await this.#context.intake.submit(door, (batch) =>
      batch.addEvent({ time: end, type: `${type}_end`, tags: keyed, description }),
    );
  }

  async #editRegion(span: TitledSpan, patch: AnnotationPatch, change: Change): Promise<void> {
    const [time, end] = inOrder(patch.time ?? span.begin, patch.end ?? span.end);
    const start = await this.#context.store.event(span.id);
    if (start === null) return;
    const { type, tags } = wordsOf(start, span.type, patch);
    const firstEnd = span.marks.find(({ role }) => role === 'end')?.id;
    for (const mark of span.marks) {
      const suffix = mark.type.slice(mark.type.lastIndexOf('_'));
      const isStart = mark.id === span.id;
      const isEnd = mark.id === firstEnd;
      await this.#edit(
        mark.id,
        {
          ...(isStart && { time }),
          ...(isEnd && { time: end ?? time }),
          ...(patch.words && { type: type + suffix, tags }),
          ...(isStart && patch.text !== undefined && { description: patch.text }),
        },
        change,
      );
    }
    if (firstEnd !== undefined || end === null) return;
    await this.#context.intake.submit(door, (batch) =>
      batch.addEvent({ time: end, type: `${type}_end`, tags, description: patch.text ?? start.description }),
    );
  }

  async #edit(id: number, patch: EventPatch, change: Change): Promise<void> {
    if (Object.keys(patch).length > 0) settle(await this.#context.store.edit(id, patch, change, null), id);
  }
}

// Clients do not send the tags that a list shows as other fields, so they are kept.
function wordsOf(event: StoredEvent, type: string, { words }: AnnotationPatch): ReturnType<typeof typed> {
  if (words === undefined) return { type, tags: event.tags };
  const keys = event.tags.filter((tag) => tag.startsWith('span='));
  const places = event.tags.filter((tag) => /^(dashboard|panel)=/.test(tag));
  const next = typed(words, places);
  return { type: next.type, tags: [...keys, ...next.tags] };
}

// The pages to add and to edit an event.

import type { StoredEvent } from '@anthracite/protocol/browser';
import { eventAddress } from './address';
import { writeDocument } from './document';
import type { Difference } from './event-difference';
import { EventForm, type EventTyped } from './event-form';
import { DifferenceList } from './event-history';
import type { FieldProblem } from './filter';
import { type Frame, Layout } from './layout';

/** The content of the form and of its page. */
export interface FormView {
  readonly typed: EventTyped;
  readonly problems: readonly FieldProblem[];
  /** Names of existing types, for completion. */
  readonly types: readonly string[];
  readonly isPreviewed: boolean;
}

/**
 * The page to add an event. `added` is the id of the previous event, for users who cannot read it; `spareKey` is the key for an incident
 * that the form declares.
 */
export function addPage(
  frame: Frame,
  view: FormView & { readonly added: number | null; readonly spareKey: string },
): string {
  return writeDocument(
    <Layout frame={frame} title="New event" scripts={['event-form.js']}>
      <h1>New event</h1>
      {view.added !== null && (
        <p class="notice" role="status">
          Stored as event {view.added}.
        </p>
      )}
      <EventForm action="/add" submit="Add" {...view} />
    </Layout>,
  );
}

/** The form of an existing event. */
export interface EditView extends FormView {
  readonly state: string;
  /** The id of another event that already has the same content. */
  readonly same: number | null;
  /** Changes of the event since the form was opened; null if there are no changes. */
  readonly changed: {
    /** Null if the content of the form when it was opened is unknown. */
    readonly differences: readonly Difference[] | null;
    /** Fields that were also changed in the form. */
    readonly clashes: readonly string[];
    readonly isDeleted: boolean;
  } | null;
}

/** The page on which an event is edited. */
export function editPage(frame: Frame, event: StoredEvent, view: EditView): string {
  const address = eventAddress(event.id);
  return writeDocument(
    <Layout frame={frame} title={`Edit event ${event.id}`} scripts={['event-form.js']}>
      <p class="crumb soft">
        <a href="/events/">Events</a> › <a href={address}>{event.id}</a> › edit
      </p>
      <h1>Edit event {event.id}</h1>
      {view.same !== null && (
        <p class="notice bad" role="alert">
          <a href={eventAddress(view.same)}>Event {view.same}</a> already has this time, type, tags and
          description. Delete this event instead, or change a field.
        </p>
      )}
      {view.changed !== null && <Changed {...view.changed} address={address} zone={view.typed.zone} />}
      <EventForm action={`${address}/edit`} submit="Save" {...view}>
        <a class="button" href={address}>
          Cancel
        </a>
      </EventForm>
    </Layout>,
  );
}

// Changes by others since the form was opened. The typed text is in the form below.
function Changed({
  differences,
  clashes,
  isDeleted,
  address,
  zone,
}: NonNullable<EditView['changed']> & { readonly address: string; readonly zone: string }) {
  if (isDeleted) {
    return (
      <p class="notice bad" role="alert">
        This event was deleted while you edited it. Your text is kept below. To save it,{' '}
        <a href={address} target="_blank" rel="noopener">
          restore the event
        </a>{' '}
        first.
      </p>
    );
  }
  return (
    <section class="notice bad" role="alert">
      <p>
        Not saved: this event was changed while you edited it. The fields that you changed are kept below.
        Check these fields, then save again.
        {clashes.length > 0 && ` Also changed by someone else: ${clashes.join(', ')}.`}
      </p>
      {differences !== null && <DifferenceList differences={differences} zone={zone} />}
    </section>
  );
}

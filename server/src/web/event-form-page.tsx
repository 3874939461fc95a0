// The pages with the form of an event: to add one, and to edit one.

import type { StoredEvent } from '@anthracite/protocol/browser';
import { eventAddress } from './address';
import { writeDocument } from './document';
import type { Difference } from './event-difference';
import { EventForm, type EventTyped } from './event-form';
import { DifferenceList } from './event-history';
import type { FieldProblem } from './filter';
import { type Frame, Layout } from './layout';

/** What stands in the form, and around it. */
export interface FormView {
  readonly typed: EventTyped;
  readonly problems: readonly FieldProblem[];
  /** Names of types that there are, for completion. */
  readonly types: readonly string[];
  readonly isPreviewed: boolean;
}

/** The page on which an event is added. `added` is the id of the one before, for whoever may not look at it. */
export function addPage(frame: Frame, view: FormView & { readonly added: number | null }): string {
  return writeDocument(
    <Layout frame={frame} title="Add an event" scripts={['event-form.js']}>
      <h1>Add an event</h1>
      {view.added !== null && (
        <p class="notice" role="status">
          Stored as event {view.added}.
        </p>
      )}
      <EventForm action="/add" submit="Add" {...view} />
    </Layout>,
  );
}

/** The form of an event that there is. */
export interface EditView extends FormView {
  readonly state: string;
  /** The id of another event that is already what this one would become. */
  readonly same: number | null;
  /** What became of the event since the form was opened; null when nothing did. */
  readonly changed: {
    /** Null where it is not known what the form had shown. */
    readonly differences: readonly Difference[] | null;
    /** Fields that were changed in the form as well. */
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
          <a href={eventAddress(view.same)}>Event {view.same}</a> is already the same. Delete this one
          instead, or tell them apart.
        </p>
      )}
      {view.changed !== null && <Changed {...view.changed} address={address} zone={view.typed.zone} />}
      <EventForm action={`${address}/edit`} submit="Save" {...view}>
        <a class="button" href={address}>
          Leave it as it is
        </a>
      </EventForm>
    </Layout>,
  );
}

// What others did meanwhile. What was typed is in the form below.
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
        Somebody deleted this event while you edited it. Your text is kept below: restore{' '}
        <a href={address} target="_blank" rel="noopener">
          the event
        </a>
        , then save again.
      </p>
    );
  }
  return (
    <section class="notice bad" role="alert">
      <p>
        Somebody changed this event while you edited it, so nothing was saved. The fields that you changed are
        kept below; check them, then save again.
        {clashes.length > 0 && ` You both changed: ${clashes.join(', ')}.`}
      </p>
      {differences !== null && <DifferenceList differences={differences} zone={zone} />}
    </section>
  );
}

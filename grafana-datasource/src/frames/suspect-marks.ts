// The suspects of spans as marks: the spans as regions, and each suspect with its rank and its reasons. Pure.

import type { SuspectEntry, SuspectPage } from '@anthracite/protocol';
import { titleOf } from '@anthracite/protocol/browser';
import { bold, eventLink, type Mark, spanMark } from './mark';
import { toHtml } from './text';

const suspectColour = 'orange';

/** The marks of spans and of their suspects. `linkBase` is the address for links to events; empty: no links. */
export function suspectMarks(pages: readonly SuspectPage[], linkBase: string): Mark[] {
  return pages.flatMap(({ span, suspects }) => [
    spanMark({ ...span, markTitles: [] }, { linkBase }),
    ...suspects.map((suspect) => suspectMark(suspect, linkBase)),
  ]);
}

function suspectMark({ rank, type, event, first, last, explanation }: SuspectEntry, linkBase: string): Mark {
  return {
    time: first,
    timeEnd: last,
    title: bold(`#${rank} ${type}: ${titleOf(event.description)}`),
    text: [toHtml(explanation), ...eventLink(event.id, linkBase)].join('<br/>'),
    tags: [type, ...event.tags],
    lane: 'suspects',
    newState: rank === 1 ? 'pending' : '',
    color: suspectColour,
  };
}

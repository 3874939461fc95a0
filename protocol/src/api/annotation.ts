// API schemas: annotations as Grafana's API has them.

import { described, instant, list, object, optional, text, type Wire, whole } from './schema';

export const annotationAddedSchema = object('AnnotationAdded', 'An annotation that was stored.', {
  id: whole('id of its event; of the start, for a region'),
  message: text('`Annotation added` or `Graphite annotation added`'),
});
export type AnnotationAdded = Wire<typeof annotationAddedSchema>;

export const annotationMessageSchema = object('AnnotationMessage', 'What was done.', {
  message: text('such as `Annotation updated`'),
});
export type AnnotationMessage = Wire<typeof annotationMessageSchema>;

export const annotationSchema = object(
  'Annotation',
  "An event or a span, in the form of Grafana's annotations.",
  {
    id: whole('id of the event; of the start, for a region'),
    dashboardUID: text('value of the tag `dashboard`; empty without one'),
    panelId: optional(whole('value of the tag `panel`')),
    created: instant('the time of the event, in milliseconds since the epoch'),
    updated: instant('the time of the event, in milliseconds since the epoch'),
    time: instant('its start, in milliseconds since the epoch'),
    timeEnd: instant('its end; equal to `time` for a point, and now for a span without an end'),
    text: text('the description'),
    tags: optional(list(text(), 'the type, then the tags')),
    login: text('always empty'),
    email: text('always empty'),
    avatarUrl: text('always empty'),
    data: described(object('AnnotationData', 'Always empty.', {}), 'always empty'),
  },
);
export type AnnotationItem = Wire<typeof annotationSchema>;

export const annotationTagsSchema = object('AnnotationTags', 'Types and tags in use.', {
  result: described(
    object('AnnotationTagList', 'A list of types and tags.', {
      tags: list(
        object('AnnotationTag', 'A type or tag.', {
          tag: text('the type or tag'),
          count: whole('number of events that have it'),
        }),
        'types and tags, by name',
      ),
    }),
    'the list',
  ),
});
export type AnnotationTags = Wire<typeof annotationTagsSchema>;

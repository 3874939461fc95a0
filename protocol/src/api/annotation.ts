// API schemas: annotations as Grafana's API has them.

import { described, instant, list, object, optional, text, type Wire, whole } from './schema';

export const annotationAddedSchema = object('AnnotationAdded', 'The result of storing an annotation.', {
  id: whole('id of the stored event; for a region, id of its start mark'),
  message: text('`Annotation added` or `Graphite annotation added`'),
});
export type AnnotationAdded = Wire<typeof annotationAddedSchema>;

export const annotationMessageSchema = object(
  'AnnotationMessage',
  'The result of changing or deleting an annotation.',
  {
    message: text('a sentence such as `Annotation updated`'),
  },
);
export type AnnotationMessage = Wire<typeof annotationMessageSchema>;

export const annotationSchema = object(
  'Annotation',
  "An event or a span, in the form of Grafana's annotations.",
  {
    id: whole('id of the event; for a region, id of its start mark'),
    dashboardUID: text('value of the tag `dashboard`; empty without this tag'),
    panelId: optional(whole('value of the tag `panel`')),
    created: instant('the time of the event, in milliseconds since the epoch'),
    updated: instant('the time of the event, in milliseconds since the epoch'),
    time: instant('start of the annotation, in milliseconds since the epoch'),
    timeEnd: instant('end of the annotation; for a point, the same as `time`; for an open span, now'),
    text: text('the description'),
    tags: optional(list(text(), 'the type, then the tags')),
    login: text('always empty'),
    email: text('always empty'),
    avatarUrl: text('always empty'),
    data: described(object('AnnotationData', 'An empty object.', {}), 'always empty'),
  },
);
export type AnnotationItem = Wire<typeof annotationSchema>;

export const annotationTagsSchema = object('AnnotationTags', 'Types and tags in use.', {
  result: described(
    object('AnnotationTagList', 'A list of types and tags.', {
      tags: list(
        object('AnnotationTag', 'A type or tag.', {
          tag: text('the type or tag'),
          count: whole('number of events with this type or tag'),
        }),
        'the types and tags, sorted by name',
      ),
    }),
    'the types and tags',
  ),
});
export type AnnotationTags = Wire<typeof annotationTagsSchema>;

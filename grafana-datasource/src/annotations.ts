// How dashboards ask for annotations.

import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { AnnotationEditor } from './components/annotation-editor';
import type { AnthraciteQuery } from './query/query';

const refId = 'Anno';

/** What Grafana asks of a datasource that has annotations. Events are made of its frames by Grafana's standard rules. */
export const annotationSupport: AnnotationSupport<AnthraciteQuery> = {
  QueryEditor: AnnotationEditor,
  // A new annotation has no query until its editor changes something, and without one nothing is asked. One that has a
  // query stays the very object that it is: the editor takes any other for a change, and begins again.
  prepareAnnotation: (json: AnnotationQuery<AnthraciteQuery>) =>
    json.target ? json : { ...json, target: { refId } },
  prepareQuery: ({ target }) => target && { ...target, refId, kind: 'annotation' },
};

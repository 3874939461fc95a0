// The annotation queries of dashboards.

import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { AnnotationEditor } from './components/annotation-editor';
import { queryVersion } from './query/migration';
import type { AnthraciteQuery } from './query/query';

const refId = 'Anno';

/** Grafana's interface for annotations. Grafana makes events from the frames by its standard rules. */
export const annotationSupport: AnnotationSupport<AnthraciteQuery> = {
  QueryEditor: AnnotationEditor,
  // A new annotation has no query until its editor changes something, and Grafana sends no request without a query. An existing
  // query must stay the same object: the editor treats another object as a change, and starts again.
  prepareAnnotation: (json: AnnotationQuery<AnthraciteQuery>) =>
    json.target ? json : { ...json, target: { refId, version: queryVersion } },
  prepareQuery: ({ target }) => target && { ...target, refId, kind: 'annotation' },
};

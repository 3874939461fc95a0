// Recognises the test runs of annotation queries, whose first mark Grafana shows in a table as plain text that does not wrap.

import type { DataQueryRequest } from '@grafana/data';

export class AnnotationPreviews {
  #editors = 0;

  /** An editor is open. Returns the function to call when it closes. */
  start(): () => void {
    this.#editors++;
    return () => {
      this.#editors--;
    };
  }

  /** True for a request of an open editor: dashboards name themselves in their requests. */
  has({ scopedVars }: Pick<DataQueryRequest, 'scopedVars'>): boolean {
    return this.#editors > 0 && scopedVars['__sceneObject'] === undefined;
  }
}

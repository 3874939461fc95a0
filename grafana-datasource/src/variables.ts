// Variables of dashboards: lists of types, of tags and of open incidents.

import { CustomVariableSupport, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { defer, map, type Observable } from 'rxjs';
import type { Catalog } from './catalog';
import { VariableEditor } from './components/variable-editor';
import type { EditorDatasource } from './editor-datasource';
import { type VariableValue, valuesLike } from './frames/variable-values';
import type { AnthraciteQuery } from './query/query';
import { type AnthraciteVariableQuery, defaultVariableQuery } from './query/variable-query';

/** Replaces variables in a text, because a variable may depend on another. */
type ReplaceText = (text: string, scopedVars: DataQueryRequest['scopedVars']) => string;

export class AnthraciteVariables extends CustomVariableSupport<EditorDatasource, AnthraciteVariableQuery> {
  override editor = VariableEditor;
  readonly #catalog: Catalog;
  readonly #replace: ReplaceText;

  constructor(catalog: Catalog, replace: ReplaceText) {
    super();
    this.#catalog = catalog;
    this.#replace = replace;
    // Grafana calls the method without its object.
    this.query = this.query.bind(this);
  }

  /** The query of a new variable: Grafana sends no request without one. Its type is that of panels, for historical reasons. */
  override getDefaultQuery(): Partial<AnthraciteQuery> {
    return defaultVariableQuery as unknown as Partial<AnthraciteQuery>;
  }

  override query({
    targets,
    scopedVars,
  }: DataQueryRequest<AnthraciteVariableQuery>): Observable<DataQueryResponse> {
    const [asked] = targets;
    const { kind, key, pattern } = { ...defaultVariableQuery, ...asked };
    const replaced = (text: string): string => this.#replace(text, scopedVars).trim();
    return defer(() => this.#values(kind, replaced(key))).pipe(
      map((values) => ({ data: valuesLike(values, replaced(pattern)) })),
    );
  }

  async #values(kind: NonNullable<AnthraciteVariableQuery['kind']>, key: string): Promise<VariableValue[]> {
    switch (kind) {
      case 'types':
        return this.#catalog.types();
      case 'tagKeys':
        return this.#catalog.tagKeys();
      case 'tagValues':
        return key === '' ? [] : this.#catalog.tagValues(key);
      case 'openIncidents':
        return this.#catalog.openIncidents();
    }
  }
}

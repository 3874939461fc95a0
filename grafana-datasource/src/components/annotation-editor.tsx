// The editor of an annotation query. Grafana adds the fields for name, colour and panels, and the test button.

import type { AnnotationQuery, QueryEditorProps } from '@grafana/data';
import { Alert } from '@grafana/ui';
import React from 'react';
import type { EditorDatasource } from '../editor-datasource';
import type { AnthraciteOptions } from '../options';
import { type AnthraciteQuery, completeQuery } from '../query/query';
import { FilterFields } from './filter-fields';
import { GroupFields, LimitField, ShowField } from './mark-fields';
import { SpanFields } from './span-fields';

type AnnotationEditorProps = QueryEditorProps<EditorDatasource, AnthraciteQuery, AnthraciteOptions> & {
  readonly annotation?: AnnotationQuery<AnthraciteQuery>;
};

export function AnnotationEditor({ query, onChange, datasource, data }: AnnotationEditorProps) {
  const complete = completeQuery(query);
  const change = (part: Partial<AnthraciteQuery>) => onChange({ ...query, ...part });
  const fields = { idPrefix: 'anthracite-annotation', query: complete, onChange: change };
  const notices = [...(data?.series ?? []), ...(data?.annotations ?? [])].flatMap(
    ({ meta }) => meta?.notices ?? [],
  );
  return (
    <>
      <ShowField {...fields} />
      <FilterFields {...fields} catalog={datasource.catalog} />
      {complete.show !== 'points' && <SpanFields {...fields} />}
      {complete.show !== 'spans' && <GroupFields {...fields} />}
      <LimitField {...fields} defaultLimit={datasource.limit} />
      {notices.map(({ severity, text }) => (
        <Alert key={text} severity={severity} title={text} />
      ))}
    </>
  );
}

// The editor of an annotation query. Grafana adds the fields for name, colour and panels, and the test button.

import type { AnnotationQuery, QueryEditorProps } from '@grafana/data';
import { Alert } from '@grafana/ui';
import React, { useEffect } from 'react';
import type { EditorDatasource } from '../editor-datasource';
import type { AnthraciteOptions } from '../options';
import { completeQuery } from '../query/complete-query';
import type { AnthraciteQuery } from '../query/query';
import { usualAnswers } from '../query/subject';
import { FilterFields } from './filter-fields';
import { GroupFields, LimitField, ShowField } from './mark-fields';
import { SpanFields } from './span-fields';
import { SubjectFields } from './subject-fields';

type AnnotationEditorProps = QueryEditorProps<EditorDatasource, AnthraciteQuery, AnthraciteOptions> & {
  readonly annotation?: AnnotationQuery<AnthraciteQuery>;
};

export function AnnotationEditor({ query, onChange, datasource, data }: AnnotationEditorProps) {
  const complete = completeQuery(query);
  const asksSuspects = complete.show === 'suspects';
  const change = (part: Partial<AnthraciteQuery>) => onChange({ ...query, ...part });
  // Grafana shows the first mark of a test as plain text.
  useEffect(() => datasource.previews.start(), [datasource]);
  const fields = { idPrefix: 'anthracite-annotation', query: complete, onChange: change };
  const notices = [...(data?.series ?? []), ...(data?.annotations ?? [])].flatMap(
    ({ meta }) => meta?.notices ?? [],
  );
  return (
    <>
      <ShowField {...fields} />
      {asksSuspects && <SubjectFields {...fields} of="suspects" catalog={datasource.catalog} />}
      <FilterFields {...fields} catalog={datasource.catalog} />
      {complete.show !== 'points' && <SpanFields {...fields} />}
      {complete.show !== 'spans' && !asksSuspects && <GroupFields {...fields} />}
      <LimitField {...fields} defaultLimit={asksSuspects ? usualAnswers : datasource.limit} />
      {notices.map(({ severity, text }) => (
        <Alert key={text} severity={severity} title={text} />
      ))}
    </>
  );
}

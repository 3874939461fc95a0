// A query, as panels, annotations and Explore edit it.

import type { QueryEditorProps } from '@grafana/data';
import { InlineField, Input } from '@grafana/ui';
import React from 'react';
import type { AnthraciteDatasource } from '../datasource';
import type { AnthraciteOptions } from '../options';
import type { AnthraciteQuery } from '../query';

export function QueryEditor({
  query,
  onChange,
}: QueryEditorProps<AnthraciteDatasource, AnthraciteQuery, AnthraciteOptions>) {
  return (
    <InlineField label="Text" labelWidth={14}>
      <Input
        id="anthracite-text"
        width={50}
        value={query.text ?? ''}
        onChange={({ currentTarget }) => onChange({ ...query, text: currentTarget.value })}
      />
    </InlineField>
  );
}

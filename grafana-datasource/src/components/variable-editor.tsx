// The query editor of a variable.

import type { QueryEditorProps } from '@grafana/data';
import { Combobox, type ComboboxOption, InlineField } from '@grafana/ui';
import React from 'react';
import type { EditorDatasource } from '../editor-datasource';
import type { AnthraciteOptions } from '../options';
import type { AnthraciteQuery } from '../query/query';
import {
  type AnthraciteVariableQuery,
  defaultVariableQuery,
  type VariableKind,
} from '../query/variable-query';
import { labelWidth, TextField } from './text-field';

type VariableEditorProps = QueryEditorProps<
  EditorDatasource,
  AnthraciteQuery,
  AnthraciteOptions,
  AnthraciteVariableQuery
>;

const kinds: ComboboxOption<VariableKind>[] = [
  { value: 'types', label: 'Types' },
  { value: 'tagKeys', label: 'Tag keys' },
  { value: 'tagValues', label: 'Tag values' },
  { value: 'openIncidents', label: 'Open incidents' },
];

export function VariableEditor({ query, onChange }: VariableEditorProps) {
  const complete = { ...defaultVariableQuery, ...query };
  const change = (part: Partial<AnthraciteVariableQuery>) => onChange({ ...complete, ...part });
  return (
    <>
      <InlineField label="Values" labelWidth={labelWidth} htmlFor="anthracite-variable-kind">
        <Combobox
          id="anthracite-variable-kind"
          width={32}
          options={kinds}
          value={complete.kind}
          onChange={({ value }) => change({ kind: value })}
        />
      </InlineField>
      {complete.kind === 'tagValues' && (
        <TextField
          id="anthracite-variable-key"
          label="Key"
          tooltip="The key of the tag, such as env. It can contain variables."
          placeholder="env"
          value={complete.key}
          onDone={(key) => change({ key })}
        />
      )}
      <TextField
        id="anthracite-variable-pattern"
        label="Like"
        tooltip="Values that match this pattern; * matches any characters."
        placeholder="all"
        value={complete.pattern}
        onDone={(pattern) => change({ pattern })}
      />
    </>
  );
}

// What is set up for a datasource, as its editor shows it.

import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { InlineField, Input } from '@grafana/ui';
import React from 'react';
import type { AnthraciteOptions, AnthraciteSecrets } from '../options';

export function ConfigEditor({
  options,
  onOptionsChange,
}: DataSourcePluginOptionsEditorProps<AnthraciteOptions, AnthraciteSecrets>) {
  return (
    <InlineField label="URL" labelWidth={14}>
      <Input
        id="anthracite-url"
        width={50}
        value={options.url}
        placeholder="http://127.0.0.1:2006"
        onChange={({ currentTarget }) => onOptionsChange({ ...options, url: currentTarget.value })}
      />
    </InlineField>
  );
}

// The editor of the datasource's settings.

import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, FieldSet, InlineField, Input, SecretInput } from '@grafana/ui';
import React from 'react';
import { type AnthraciteOptions, type AnthraciteSecrets, usualLimit } from '../options';

import { isLimit, limitRule, maxLimit } from '../query/limit';
import { ConnectionSettings } from './connection-settings';

type ConfigEditorProps = DataSourcePluginOptionsEditorProps<AnthraciteOptions, AnthraciteSecrets>;

const labelWidth = 24;
const width = 48;

export function ConfigEditor({ options, onOptionsChange }: ConfigEditorProps) {
  const { url, jsonData, readOnly, secureJsonData, secureJsonFields } = options;
  const { defaultLimit } = jsonData;
  const isWrongLimit = defaultLimit !== undefined && !isLimit(defaultLimit);
  const change = (part: Partial<AnthraciteOptions>) =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...part } });
  return (
    <FieldSet disabled={readOnly === true}>
      {readOnly && (
        <Alert
          severity="info"
          title="This datasource is provisioned, so you cannot change its settings here. Change the file that provisions it."
        />
      )}
      <FieldSet label="Server">
        <InlineField
          label="URL"
          labelWidth={labelWidth}
          tooltip="The HTTP address of Anthracite, as Grafana's server reaches it."
          htmlFor="anthracite-url"
          required
        >
          <Input
            id="anthracite-url"
            width={width}
            value={url}
            placeholder="http://127.0.0.1:2006"
            onChange={({ currentTarget }) => onOptionsChange({ ...options, url: currentTarget.value.trim() })}
          />
        </InlineField>
        <InlineField
          label="Token"
          labelWidth={labelWidth}
          tooltip="A token with the role read, if the server requires a token: anthracite token create grafana --role read. Grafana stores it and does not send it to browsers."
          htmlFor="anthracite-token"
        >
          <SecretInput
            id="anthracite-token"
            width={width}
            isConfigured={secureJsonFields?.token === true}
            value={secureJsonData?.token ?? ''}
            placeholder="none"
            onChange={({ currentTarget }) =>
              onOptionsChange({
                ...options,
                secureJsonData: { ...secureJsonData, token: currentTarget.value.trim() },
              })
            }
            onReset={() =>
              onOptionsChange({
                ...options,
                secureJsonFields: { ...secureJsonFields, token: false },
                secureJsonData: { ...secureJsonData, token: '' },
              })
            }
          />
        </InlineField>
      </FieldSet>
      <ConnectionSettings options={options} onOptionsChange={onOptionsChange} labelWidth={labelWidth} />
      <FieldSet label="Display">
        <InlineField
          label="Address for links"
          labelWidth={labelWidth}
          tooltip="The address of Anthracite as browsers reach it. Events link to their pages only if it is set."
          htmlFor="anthracite-link-base"
        >
          <Input
            id="anthracite-link-base"
            width={width}
            value={jsonData.linkBase ?? ''}
            placeholder="https://anthracite.example.com"
            onChange={({ currentTarget }) => change({ linkBase: currentTarget.value })}
          />
        </InlineField>
        <InlineField
          label="Limit"
          labelWidth={labelWidth}
          tooltip="Maximum number of events, and of spans, for queries without a limit. Many marks slow browsers down."
          htmlFor="anthracite-limit"
          invalid={isWrongLimit}
          error={limitRule}
        >
          <Input
            id="anthracite-limit"
            type="number"
            min={1}
            max={maxLimit}
            width={16}
            value={defaultLimit ?? ''}
            placeholder={String(usualLimit)}
            onChange={({ currentTarget }) =>
              change({ defaultLimit: currentTarget.value === '' ? undefined : currentTarget.valueAsNumber })
            }
          />
        </InlineField>
      </FieldSet>
    </FieldSet>
  );
}

// What is set up for a datasource, as its editor shows it.

import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { FieldSet, InlineField, Input, SecretInput } from '@grafana/ui';
import React from 'react';
import { type AnthraciteOptions, type AnthraciteSecrets, usualLimit } from '../options';

type ConfigEditorProps = DataSourcePluginOptionsEditorProps<AnthraciteOptions, AnthraciteSecrets>;

const labelWidth = 24;
const width = 48;

export function ConfigEditor({ options, onOptionsChange }: ConfigEditorProps) {
  const { url, jsonData, secureJsonData, secureJsonFields } = options;
  const change = (part: Partial<AnthraciteOptions>) =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...part } });
  return (
    <>
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
          tooltip="A token with the role read, where the server asks for one: anthracite token create grafana --role read. Grafana keeps it, and browsers never see it."
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
      <FieldSet label="Display">
        <InlineField
          label="Address for links"
          labelWidth={labelWidth}
          tooltip="The address of Anthracite as browsers reach it. Each event then links to its page; without it there are no such links."
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
          tooltip="At most so many events, and as many spans, for queries that do not say. Each mark costs browsers some work."
          htmlFor="anthracite-limit"
        >
          <Input
            id="anthracite-limit"
            type="number"
            min={1}
            max={10_000}
            width={16}
            value={jsonData.defaultLimit ?? ''}
            placeholder={String(usualLimit)}
            onChange={({ currentTarget }) =>
              change({
                defaultLimit: currentTarget.valueAsNumber > 0 ? currentTarget.valueAsNumber : undefined,
              })
            }
          />
        </InlineField>
      </FieldSet>
    </>
  );
}

// The settings of the connection from Grafana's server to Anthracite: password, certificates, headers, timeout.

import type { DataSourceSettings } from '@grafana/data';
import { config } from '@grafana/runtime';
import {
  CustomHeadersSettings,
  FieldSet,
  InlineField,
  InlineSwitch,
  Input,
  SecretInput,
  SecureSocksProxySettings,
  TLSAuthSettings,
} from '@grafana/ui';
import React from 'react';
import type { AnthraciteOptions, AnthraciteSecrets } from '../options';

type Settings = DataSourceSettings<AnthraciteOptions, AnthraciteSecrets>;

interface ConnectionSettingsProps {
  readonly options: Settings;
  readonly onOptionsChange: (options: Settings) => void;
  readonly labelWidth: number;
}

/** The switches for TLS, with the fields of Grafana that they show. */
const tlsSwitches: readonly (readonly [
  name: 'tlsAuthWithCACert' | 'tlsAuth' | 'tlsSkipVerify',
  label: string,
  tooltip: string,
])[] = [
  [
    'tlsAuthWithCACert',
    'Own CA',
    'Anthracite, or the proxy in front of it, has a certificate of a CA of your own.',
  ],
  ['tlsAuth', 'Client certificate', 'The proxy in front of Anthracite asks clients for a certificate.'],
  [
    'tlsSkipVerify',
    'Skip TLS verification',
    'Accepts any certificate. Anyone between Grafana and Anthracite could read the token.',
  ],
];

export function ConnectionSettings({ options, onOptionsChange, labelWidth }: ConnectionSettingsProps) {
  const { jsonData, basicAuth } = options;
  const changeJson = (part: Partial<AnthraciteOptions>) =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...part } });
  return (
    <>
      <FieldSet label="Connection">
        <InlineField
          label="Basic authentication"
          labelWidth={labelWidth}
          tooltip="For a proxy in front of Anthracite that asks for a user and a password. Requests with a token send the token instead."
          htmlFor="anthracite-basic-auth"
        >
          <InlineSwitch
            id="anthracite-basic-auth"
            value={basicAuth === true}
            onChange={({ currentTarget }) =>
              onOptionsChange({ ...options, basicAuth: currentTarget.checked })
            }
          />
        </InlineField>
        {basicAuth && (
          <PasswordFields options={options} onOptionsChange={onOptionsChange} labelWidth={labelWidth} />
        )}
        {tlsSwitches.map(([name, label, tooltip]) => (
          <InlineField
            key={name}
            label={label}
            labelWidth={labelWidth}
            tooltip={tooltip}
            htmlFor={`anthracite-${name}`}
          >
            <InlineSwitch
              id={`anthracite-${name}`}
              value={jsonData[name] === true}
              onChange={({ currentTarget }) => changeJson({ [name]: currentTarget.checked })}
            />
          </InlineField>
        ))}
        <InlineField
          label="Timeout"
          labelWidth={labelWidth}
          tooltip="Seconds that Grafana's server waits for an answer. Empty: Grafana's own setting, usually 30."
          htmlFor="anthracite-timeout"
        >
          <Input
            id="anthracite-timeout"
            type="number"
            min={1}
            width={16}
            value={jsonData.timeout ?? ''}
            placeholder="30"
            onChange={({ currentTarget }) =>
              changeJson({
                timeout: currentTarget.valueAsNumber > 0 ? currentTarget.valueAsNumber : undefined,
              })
            }
          />
        </InlineField>
      </FieldSet>
      {(jsonData.tlsAuth || jsonData.tlsAuthWithCACert) && (
        <TLSAuthSettings dataSourceConfig={options} onChange={onOptionsChange} />
      )}
      <CustomHeadersSettings dataSourceConfig={options} onChange={onOptionsChange} />
      {config.secureSocksDSProxyEnabled && (
        <SecureSocksProxySettings options={options} onOptionsChange={onOptionsChange} />
      )}
    </>
  );
}

function PasswordFields({ options, onOptionsChange, labelWidth }: ConnectionSettingsProps) {
  const { basicAuthUser, secureJsonData, secureJsonFields } = options;
  const changePassword = (basicAuthPassword: string, isKept: boolean) =>
    onOptionsChange({
      ...options,
      secureJsonFields: { ...secureJsonFields, basicAuthPassword: isKept },
      secureJsonData: { ...secureJsonData, basicAuthPassword },
    });
  return (
    <>
      <InlineField label="User" labelWidth={labelWidth} htmlFor="anthracite-user">
        <Input
          id="anthracite-user"
          width={48}
          value={basicAuthUser ?? ''}
          onChange={({ currentTarget }) =>
            onOptionsChange({ ...options, basicAuthUser: currentTarget.value })
          }
        />
      </InlineField>
      <InlineField label="Password" labelWidth={labelWidth} htmlFor="anthracite-password">
        <SecretInput
          id="anthracite-password"
          width={48}
          isConfigured={secureJsonFields?.['basicAuthPassword'] === true}
          value={secureJsonData?.basicAuthPassword ?? ''}
          onChange={({ currentTarget }) =>
            changePassword(currentTarget.value, secureJsonFields?.['basicAuthPassword'] === true)
          }
          onReset={() => changePassword('', false)}
        />
      </InlineField>
    </>
  );
}

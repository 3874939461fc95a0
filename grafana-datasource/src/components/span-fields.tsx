// The filter fields for spans.

import { Combobox, type ComboboxOption, InlineField, InlineFieldRow, MultiCombobox } from '@grafana/ui';
import React from 'react';
import type { AnthraciteQuery, CompleteQuery, SpanScale, SpanState } from '../query/query';
import { NamedInput } from './named-input';
import { labelWidth } from './text-field';

interface SpanFieldsProps {
  readonly idPrefix: string;
  readonly query: CompleteQuery;
  readonly onChange: (change: Partial<AnthraciteQuery>) => void;
}

const states: ComboboxOption<SpanState>[] = [
  { value: '', label: 'open and ended' },
  { value: 'open', label: 'open' },
  { value: 'over', label: 'ended' },
];
const scales: ComboboxOption<SpanScale>[] = [
  { value: '', label: 'all' },
  { value: 'incident', label: 'incidents' },
  { value: 'gain', label: 'gains' },
  { value: 'other', label: 'other spans' },
];
const severities: ComboboxOption[] = [
  { value: '1', label: '1, full' },
  { value: '2', label: '2, major' },
  { value: '3', label: '3, minor' },
  { value: '4', label: '4, no degradation' },
  { value: 'none', label: 'not set' },
];

export function SpanFields({ idPrefix, query, onChange }: SpanFieldsProps) {
  const { spanState, spanScale, severities: wanted } = query;
  return (
    <InlineFieldRow>
      <InlineField label="Which spans" labelWidth={labelWidth} htmlFor={`${idPrefix}-scale`}>
        <Combobox
          id={`${idPrefix}-scale`}
          width={20}
          options={scales}
          value={spanScale}
          onChange={({ value }) => onChange({ spanScale: value })}
        />
      </InlineField>
      <InlineField label="State" htmlFor={`${idPrefix}-state`}>
        <Combobox
          id={`${idPrefix}-state`}
          width={20}
          options={states}
          value={spanState}
          onChange={({ value }) => onChange({ spanState: value })}
        />
      </InlineField>
      <InlineField
        label="Severity"
        tooltip="The highest severity of a span."
        htmlFor={`${idPrefix}-severity`}
      >
        <NamedInput id={`${idPrefix}-severity`}>
          <MultiCombobox
            id={`${idPrefix}-severity`}
            width="auto"
            minWidth={20}
            options={severities}
            value={wanted.map((value) => severities.find((one) => one.value === value) ?? { value })}
            placeholder="all"
            createCustomValue
            isClearable
            onChange={(picked) => onChange({ severities: picked.map(({ value }) => String(value)) })}
          />
        </NamedInput>
      </InlineField>
    </InlineFieldRow>
  );
}

// The filter fields for spans.

import { type ComboboxOption, InlineField, InlineFieldRow, MultiCombobox } from '@grafana/ui';
import React from 'react';
import type { AnthraciteQuery, CompleteQuery } from '../query/query';
import { ChoiceField } from './choice-field';
import { NamedInput } from './named-input';
import { labelWidth } from './text-field';

interface SpanFieldsProps {
  readonly idPrefix: string;
  readonly query: CompleteQuery;
  readonly onChange: (change: Partial<AnthraciteQuery>) => void;
}

const states: ComboboxOption[] = [
  { value: '', label: 'open and ended' },
  { value: 'open', label: 'open' },
  { value: 'over', label: 'ended' },
];
const scales: ComboboxOption[] = [
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
      <ChoiceField
        id={`${idPrefix}-scale`}
        label="Which spans"
        labelWidth={labelWidth}
        options={scales}
        value={spanScale}
        onChange={(scale) => onChange({ spanScale: scale })}
      />
      <ChoiceField
        id={`${idPrefix}-state`}
        label="State"
        tooltip="open, over for ended spans, or a variable with one of these values."
        options={states}
        value={spanState}
        onChange={(state) => onChange({ spanState: state })}
      />
      <InlineField
        label="Severity"
        tooltip="The highest severity of a span, or a variable such as $severity."
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

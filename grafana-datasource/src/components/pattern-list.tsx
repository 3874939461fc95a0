// A list of types or tags: selected from existing values, or typed, with patterns and variables.

import { type ComboboxOption, InlineField, MultiCombobox } from '@grafana/ui';
import React from 'react';
import type { VariableValue } from '../frames/variable-values';
import { NamedInput } from './named-input';
import { labelWidth } from './text-field';

interface PatternListProps {
  readonly id: string;
  readonly label: string;
  readonly tooltip: string;
  readonly value: readonly string[];
  readonly placeholder: string;
  /** Suggestions for the typed text. */
  readonly suggest: (typed: string) => Promise<readonly VariableValue[]>;
  readonly onChange: (value: string[]) => void;
}

const maxSuggestions = 500;

export function PatternList(props: PatternListProps) {
  const { id, label, tooltip, value, placeholder, suggest, onChange } = props;
  const options = async (typed: string): Promise<ComboboxOption[]> => {
    try {
      const wanted = typed.toLowerCase();
      const found = (await suggest(typed)).filter((one) => one.text.toLowerCase().includes(wanted));
      return found
        .slice(0, maxSuggestions)
        .map(({ text, value }) => (text === value ? { value } : { value, description: text }));
    } catch {
      // Without the server users can still type values.
      return [];
    }
  };
  return (
    <InlineField label={label} labelWidth={labelWidth} tooltip={tooltip} htmlFor={id} grow>
      <NamedInput id={id}>
        <MultiCombobox
          id={id}
          value={value.map((one) => ({ value: one, label: one }))}
          options={options}
          placeholder={placeholder}
          createCustomValue
          isClearable
          onChange={(picked) => onChange(picked.map((one) => String(one.value)))} // 11.6 has numbers in its types
        />
      </NamedInput>
    </InlineField>
  );
}

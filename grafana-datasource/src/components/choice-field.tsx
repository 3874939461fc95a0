// A list of choices that also accepts a variable.

import { Combobox, type ComboboxOption, InlineField } from '@grafana/ui';
import React from 'react';

interface ChoiceFieldProps {
  readonly id: string;
  readonly label: string;
  readonly tooltip?: string;
  readonly labelWidth?: number;
  readonly width?: number;
  readonly options: ComboboxOption[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function ChoiceField(props: ChoiceFieldProps) {
  const { id, label, tooltip, labelWidth, width = 20, options, value, onChange } = props;
  return (
    <InlineField label={label} labelWidth={labelWidth} tooltip={tooltip} htmlFor={id}>
      <Combobox
        id={id}
        width={width}
        options={options}
        value={options.find((one) => one.value === value) ?? { value }}
        createCustomValue
        onChange={(picked) => onChange(picked.value)}
      />
    </InlineField>
  );
}

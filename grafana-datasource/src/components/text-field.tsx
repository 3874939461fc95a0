// A text field that reports its value when editing ends (Enter or blur), not on each key.

import { InlineField, Input } from '@grafana/ui';
import React, { useEffect, useState } from 'react';

interface TextFieldProps {
  readonly id: string;
  readonly label: string;
  readonly tooltip?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly width?: number;
  /** Why a value is wrong; undefined for a right one. */
  readonly problemOf?: (value: string) => string | undefined;
  readonly onDone: (value: string) => void;
}

/** The width of labels. */
export const labelWidth = 20;

export function TextField(props: TextFieldProps) {
  const { id, label, tooltip, value, placeholder, width = 32, problemOf, onDone } = props;
  const [typed, setTyped] = useState(value);
  // Shows changes that were made elsewhere.
  useEffect(() => setTyped(value), [value]);
  const problem = problemOf?.(typed.trim());
  const done = () => {
    if (typed !== value) onDone(typed);
  };
  return (
    <InlineField
      label={label}
      labelWidth={labelWidth}
      tooltip={tooltip}
      htmlFor={id}
      invalid={problem !== undefined}
      error={problem}
    >
      <Input
        id={id}
        width={width}
        value={typed}
        placeholder={placeholder}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        onBlur={done}
        onKeyDown={({ key }) => {
          if (key === 'Enter') done();
        }}
      />
    </InlineField>
  );
}

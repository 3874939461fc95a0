// How what is found is drawn as marks, and how many there may be.

import { InlineField, InlineFieldRow, RadioButtonGroup } from '@grafana/ui';
import React from 'react';
import type { AnthraciteQuery, CompleteQuery, Show } from '../query/query';
import { labelWidth, TextField } from './text-field';

interface FieldsProps {
  readonly idPrefix: string;
  readonly query: CompleteQuery;
  readonly onChange: (change: Partial<AnthraciteQuery>) => void;
}

const choices: { value: Show; label: string; description: string }[] = [
  {
    value: 'both',
    label: 'Both',
    description: 'Spans, such as incidents, as regions; all other events as points',
  },
  { value: 'points', label: 'Points', description: 'All events as points' },
  { value: 'spans', label: 'Spans', description: 'Spans as regions, and nothing else' },
];

/** Points, regions or both. */
export function ShowField({ idPrefix, query, onChange }: FieldsProps) {
  return (
    <InlineField
      label="Show"
      labelWidth={labelWidth}
      tooltip="Spans are what lasts: events of types that end in _start, _detected, and _resolved, _end or _finish."
    >
      <RadioButtonGroup
        id={`${idPrefix}-show`}
        options={choices}
        value={query.show}
        onChange={(show) => onChange({ show })}
      />
    </InlineField>
  );
}

/** What is folded into one. */
export function GroupFields({ idPrefix, query, onChange }: FieldsProps) {
  return (
    <InlineFieldRow>
      <TextField
        id={`${idPrefix}-group`}
        label="Group by tag"
        tooltip="The key of a tag. Events of one type that share its value and lie close together are one mark: version makes one of a deploy on 500 hosts."
        placeholder="key, such as version"
        value={query.groupBy}
        onDone={(groupBy) => onChange({ groupBy })}
      />
      <TextField
        id={`${idPrefix}-window`}
        label="Within"
        tooltip="How far apart neighbours in a group may be: a number and s, min or h, such as 30min."
        placeholder="15min"
        width={12}
        value={query.groupWindow}
        onDone={(groupWindow) => onChange({ groupWindow })}
      />
    </InlineFieldRow>
  );
}

/** At most so many. */
export function LimitField(props: FieldsProps & { readonly defaultLimit: number }) {
  const { idPrefix, query, onChange, defaultLimit } = props;
  return (
    <TextField
      id={`${idPrefix}-limit`}
      label="Limit"
      tooltip="At most so many events, and as many spans; the newest are shown, and you are told when there are more. 10000 at most."
      type="number"
      width={12}
      placeholder={String(defaultLimit)}
      value={query.limit ? String(query.limit) : ''}
      onDone={(limit) => onChange({ limit: Number(limit) > 0 ? Math.round(Number(limit)) : undefined })}
    />
  );
}

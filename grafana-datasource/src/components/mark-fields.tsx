// The fields that control marks: what to show, grouping, limit.

import { InlineField, InlineFieldRow, RadioButtonGroup } from '@grafana/ui';
import React from 'react';
import { isLimit, limitRule } from '../query/limit';
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
  { value: 'spans', label: 'Spans', description: 'Only spans, as regions' },
  {
    value: 'suspects',
    label: 'Suspects',
    description: 'Incidents as regions, and the changes that may have caused them, with their ranks',
  },
];

/** Points, regions or both. */
export function ShowField({ idPrefix, query, onChange }: FieldsProps) {
  return (
    <InlineField
      label="Show"
      labelWidth={labelWidth}
      tooltip="Spans last for some time, such as incidents. They are made of events whose types end in _start, _detected, and _resolved, _end or _finish."
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

/** The tag and the maximum gap of groups. */
export function GroupFields({ idPrefix, query, onChange }: FieldsProps) {
  return (
    <InlineFieldRow>
      <TextField
        id={`${idPrefix}-group`}
        label="Group by tag"
        tooltip="The key of a tag. Events of the same type and tag value that are close together become one mark. Example: version shows a deployment to 500 hosts as one mark."
        placeholder="key, such as version"
        value={query.groupBy}
        onDone={(groupBy) => onChange({ groupBy })}
      />
      <TextField
        id={`${idPrefix}-window`}
        label="Within"
        tooltip="Maximum gap between neighbouring events of a group: a number and s, min or h, such as 30min."
        placeholder="15min"
        width={12}
        value={query.groupWindow}
        onDone={(groupWindow) => onChange({ groupWindow })}
      />
    </InlineFieldRow>
  );
}

/** The maximum number of events and spans. */
export function LimitField(props: FieldsProps & { readonly defaultLimit: number }) {
  const { idPrefix, query, onChange, defaultLimit } = props;
  return (
    <TextField
      id={`${idPrefix}-limit`}
      label="Limit"
      tooltip="Maximum number of events, and of spans, up to 10000, or a variable. If more match, the newest are shown, with a warning."
      width={12}
      placeholder={String(defaultLimit)}
      value={String(query.limit ?? '')}
      problemOf={(limit) =>
        limit === '' || hasVariable(limit) || isLimit(Number(limit)) ? undefined : limitRule
      }
      onDone={(typed) => onChange({ limit: savedLimit(typed.trim()) })}
    />
  );
}

function hasVariable(text: string): boolean {
  return text.includes('$') || text.includes('[[');
}

// Numbers are saved as numbers, variables as texts.
function savedLimit(typed: string): number | string | undefined {
  if (typed === '') return undefined;
  return isLimit(Number(typed)) ? Number(typed) : typed;
}

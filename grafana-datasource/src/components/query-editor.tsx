// The query editor of panels and Explore.

import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { Combobox, type ComboboxOption, InlineField, InlineFieldRow } from '@grafana/ui';
import React from 'react';
import type { EditorDatasource } from '../editor-datasource';
import type { AnthraciteOptions } from '../options';
import { completeQuery } from '../query/complete-query';
import type { AnthraciteQuery, PanelKind } from '../query/query';
import { usualAnswers } from '../query/subject';
import { ChoiceField } from './choice-field';
import { FilterFields } from './filter-fields';
import { GroupFields, LimitField, ShowField } from './mark-fields';
import { SpanFields } from './span-fields';
import { SubjectFields } from './subject-fields';
import { labelWidth, TextField } from './text-field';

const kinds: ComboboxOption<PanelKind>[] = [
  { value: 'table', label: 'Events', description: 'Table, newest first' },
  { value: 'logs', label: 'Log lines', description: 'Events as log lines, for the Logs panel and Explore' },
  { value: 'counts', label: 'Counts', description: 'Number of events over time' },
  { value: 'spans', label: 'Spans', description: 'Incidents and other spans, for the State timeline panel' },
  { value: 'spanTable', label: 'Spans as a table', description: 'Incidents and other spans, one per row' },
  { value: 'report', label: 'Report', description: 'TTD, TTR, uptime and deployment figures' },
  { value: 'suspects', label: 'Suspects', description: 'Changes that may have caused an incident' },
  { value: 'followers', label: 'Followers', description: 'Incidents and other spans after a change' },
  {
    value: 'marks',
    label: 'Marks',
    description:
      'Events drawn on this panel, each in its own colour; add this query to the query of your series',
  },
];
const periods: ComboboxOption[] = [
  { value: '', label: 'whole range' },
  { value: 'month', label: 'months' },
  { value: 'quarter', label: 'quarters' },
  { value: 'year', label: 'years' },
];

export function QueryEditor(props: QueryEditorProps<EditorDatasource, AnthraciteQuery, AnthraciteOptions>) {
  const { query, onChange, onRunQuery, datasource, app } = props;
  const complete = completeQuery(query);
  const { kind, refId } = complete;
  const change = (part: Partial<AnthraciteQuery>) => {
    onChange({ ...query, ...part });
    onRunQuery();
  };
  const idPrefix = `anthracite-${refId}`;
  const fields = { idPrefix, query: complete, onChange: change };
  // Explore has no graph on which marks can be drawn.
  const offered = app === CoreApp.Explore ? kinds.filter(({ value }) => value !== 'marks') : kinds;
  const asksSuspects = kind === 'suspects' || (kind === 'marks' && complete.show === 'suspects');
  const hasSpans =
    kind === 'spans' ||
    kind === 'spanTable' ||
    asksSuspects ||
    kind === 'followers' ||
    (kind === 'marks' && complete.show !== 'points');
  const hasGroups =
    kind === 'table' ||
    kind === 'logs' ||
    (kind === 'marks' && (complete.show === 'points' || complete.show === 'both'));
  const isQuestion = asksSuspects || kind === 'followers';
  const isList = kind !== 'counts' && kind !== 'report';
  return (
    <>
      <InlineField label="Show as" labelWidth={labelWidth} htmlFor={`${idPrefix}-kind`}>
        <Combobox
          id={`${idPrefix}-kind`}
          width={32}
          options={offered}
          value={kind === 'annotation' ? 'marks' : kind}
          onChange={({ value }) => change({ kind: value })}
        />
      </InlineField>
      {kind === 'marks' && <ShowField {...fields} />}
      {asksSuspects && <SubjectFields {...fields} of="suspects" catalog={datasource.catalog} />}
      {kind === 'followers' && <SubjectFields {...fields} of="followers" catalog={datasource.catalog} />}
      <FilterFields {...fields} catalog={datasource.catalog} />
      {hasSpans && <SpanFields {...fields} />}
      {kind === 'counts' && (
        <InlineFieldRow>
          <TextField
            id={`${idPrefix}-by`}
            label="Series by"
            tooltip="type, or the key of a tag. Empty: one series for all events."
            placeholder="one series"
            value={complete.countBy}
            onDone={(countBy) => change({ countBy })}
          />
          <TextField
            id={`${idPrefix}-interval`}
            label="Interval"
            tooltip="A number and s, min or h, such as 5min; or 1d, 1w, 1mon, 1q, 1y in the server's calendar. Empty: fits the panel."
            placeholder="automatic"
            value={complete.interval}
            onDone={(interval) => change({ interval })}
          />
        </InlineFieldRow>
      )}
      {kind === 'report' && (
        <ChoiceField
          id={`${idPrefix}-period`}
          label="Rows"
          labelWidth={labelWidth}
          width={32}
          tooltip="One row for the whole range, or one per month, quarter or year, or a variable with one of these values. Use periods to draw figures over time."
          options={periods}
          value={complete.period}
          onChange={(period) => change({ period })}
        />
      )}
      {hasGroups && <GroupFields {...fields} />}
      {isList && <LimitField {...fields} defaultLimit={isQuestion ? usualAnswers : datasource.limit} />}
    </>
  );
}

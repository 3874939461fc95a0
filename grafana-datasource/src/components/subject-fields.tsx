// The fields of questions about incidents and changes: which of them, and how much time before or after.

import { InlineFieldRow } from '@grafana/ui';
import React from 'react';
import type { Catalog } from '../catalog';
import type { AnthraciteQuery, CompleteQuery } from '../query/query';
import { PatternList } from './pattern-list';
import { TextField } from './text-field';

interface SubjectFieldsProps {
  readonly idPrefix: string;
  readonly query: CompleteQuery;
  readonly catalog: Catalog;
  readonly onChange: (change: Partial<AnthraciteQuery>) => void;
  /** Suspects of incidents, or followers of changes. */
  readonly of: 'suspects' | 'followers';
}

export function SubjectFields({ idPrefix, query, catalog, onChange, of }: SubjectFieldsProps) {
  const isSuspects = of === 'suspects';
  return (
    <InlineFieldRow>
      <PatternList
        id={`${idPrefix}-subjects`}
        label={isSuspects ? 'Incidents' : 'Changes'}
        tooltip={
          isSuspects
            ? 'The key, type or id of an incident or another span, or a variable such as $incident. Empty: the newest incident of the range.'
            : 'A tag such as version=42, the type or the id of an event, or a variable. Empty: the newest event of the range that matches the filters.'
        }
        placeholder={isSuspects ? 'the newest incident' : 'the newest event'}
        value={query.subjects}
        suggest={(typed) => {
          if (isSuspects) return catalog.openIncidents();
          return typed.includes('=') ? catalog.tags(typed) : catalog.types();
        }}
        onChange={(subjects) => onChange({ subjects })}
      />
      <TextField
        id={`${idPrefix}-within`}
        label="Within"
        tooltip={`How long ${isSuspects ? 'before the incident' : 'after the change'} to search: a number and s, min, h, d or w, at most 7d.`}
        placeholder="24h"
        width={12}
        value={query.within}
        onDone={(within) => onChange({ within })}
      />
    </InlineFieldRow>
  );
}

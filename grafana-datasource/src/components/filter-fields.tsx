// The filter fields of a query: types, tags, text.

import { InlineFieldRow } from '@grafana/ui';
import React from 'react';
import type { Catalog } from '../catalog';
import type { AnthraciteQuery, CompleteQuery } from '../query/query';
import { PatternList } from './pattern-list';
import { TextField } from './text-field';

interface FilterFieldsProps {
  /** Distinguishes the fields of several editors on one page. */
  readonly idPrefix: string;
  readonly query: CompleteQuery;
  readonly catalog: Catalog;
  readonly onChange: (change: Partial<AnthraciteQuery>) => void;
}

export function FilterFields({ idPrefix, query, catalog, onChange }: FilterFieldsProps) {
  const types = () => catalog.types();
  const tags = (typed: string) => catalog.tags(typed);
  return (
    <>
      <PatternList
        id={`${idPrefix}-types`}
        label="Types"
        tooltip="Events with any of these types. * matches any characters, ! excludes a type. Variables such as $type can have several values."
        placeholder="all types"
        value={query.types}
        suggest={types}
        onChange={(value) => onChange({ types: value })}
      />
      <PatternList
        id={`${idPrefix}-all-tags`}
        label="All of the tags"
        tooltip="Events that have all of these tags, such as env=prod or host=web*."
        placeholder="any tags"
        value={query.allTags}
        suggest={tags}
        onChange={(value) => onChange({ allTags: value })}
      />
      <InlineFieldRow>
        <PatternList
          id={`${idPrefix}-any-tags`}
          label="Any of the tags"
          tooltip="Events that have at least one of these tags, such as host=$host with several hosts."
          placeholder="any tags"
          value={query.anyTags}
          suggest={tags}
          onChange={(value) => onChange({ anyTags: value })}
        />
        <PatternList
          id={`${idPrefix}-no-tags`}
          label="None of the tags"
          tooltip="Events that have none of these tags."
          placeholder="no tags excluded"
          value={query.noTags}
          suggest={tags}
          onChange={(value) => onChange({ noTags: value })}
        />
      </InlineFieldRow>
      <TextField
        id={`${idPrefix}-text`}
        label="Text"
        tooltip={
          'Searches type, tags and description. All words must match: word, "a phrase", prefix*, -excluded.'
        }
        placeholder="any text"
        value={query.text}
        width={64}
        onDone={(text) => onChange({ text })}
      />
    </>
  );
}

// Which events a query asks for: types, tags, text.

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
        tooltip="Any of these types. * stands for any characters; ! before a type leaves it out; variables such as $type are replaced, also those with several values."
        placeholder="all types"
        value={query.types}
        suggest={types}
        onChange={(value) => onChange({ types: value })}
      />
      <PatternList
        id={`${idPrefix}-all-tags`}
        label="All of the tags"
        tooltip="Events that have every one of these tags, such as env=prod or host=web*."
        placeholder="no tag needed"
        value={query.allTags}
        suggest={tags}
        onChange={(value) => onChange({ allTags: value })}
      />
      <InlineFieldRow>
        <PatternList
          id={`${idPrefix}-any-tags`}
          label="Any of the tags"
          tooltip="Events that have at least one of these tags, such as host=$host with several hosts."
          placeholder="no tag needed"
          value={query.anyTags}
          suggest={tags}
          onChange={(value) => onChange({ anyTags: value })}
        />
        <PatternList
          id={`${idPrefix}-no-tags`}
          label="None of the tags"
          tooltip="Events that have not one of these tags."
          placeholder="no tag left out"
          value={query.noTags}
          suggest={tags}
          onChange={(value) => onChange({ noTags: value })}
        />
      </InlineFieldRow>
      <TextField
        id={`${idPrefix}-text`}
        label="Text"
        tooltip={'Words that must all be there, "a phrase", begin*, -not. In type, tags and description.'}
        placeholder="any text"
        value={query.text}
        width={64}
        onDone={(text) => onChange({ text })}
      />
    </>
  );
}

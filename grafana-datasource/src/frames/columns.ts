// Fields of frames. Pure.

import type { Field, FieldConfig, FieldType } from '@grafana/data';

/** A field of a frame. */
export function field(name: string, type: FieldType, values: unknown[], config: FieldConfig = {}): Field {
  return { name, type, config, values };
}

/** Makes fields from rows: `of` reads the value of a row. */
export function columnsOf<Row>(
  rows: readonly Row[],
): (name: string, type: FieldType, of: (row: Row) => unknown, config?: FieldConfig) => Field {
  return (name, type, of, config) =>
    field(
      name,
      type,
      rows.map((row) => of(row)),
      config,
    );
}

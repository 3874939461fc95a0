// A piece of SQL with what is bound to it.

/** SQL with the values of its `?` places, in order. Text of strangers is always a bound value. */
export interface Sql {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** Pieces one behind the other, with a text between them. */
export function joinSql(parts: readonly Sql[], between: string): Sql {
  return {
    text: parts.map((part) => part.text).join(between),
    values: parts.flatMap((part) => part.values),
  };
}

/** A piece between two texts. */
export function wrapSql(before: string, { text, values }: Sql, after: string): Sql {
  return { text: before + text + after, values };
}

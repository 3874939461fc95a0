// Combines pieces of SQL with their bound values.

/**
 * SQL with the values of its `?` placeholders, in order; a list is one value, where the database has lists. Text from clients
 * is always a bound value.
 */
export interface Sql {
  readonly text: string;
  readonly values: readonly (string | number | readonly (string | number)[])[];
  /** True for a statement that must read along an index and stop early, which a planner may not expect. */
  readonly isWalk?: boolean;
}

/** The same statement, which reads along an index. */
export function walkOf({ text, values }: Sql): Sql {
  return { text, values, isWalk: true };
}

/** Pieces in sequence, with a text between them. */
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

/** The number of rows, such as the series that a query picks, counted up to `limit`. */
export function countUpTo({ text, values }: Sql, limit: number): Sql {
  return {
    text: `SELECT count(*) FROM (SELECT 1 FROM (${text}) AS found LIMIT ?) AS counted`,
    values: [...values, limit],
  };
}

// What a source of time zone data offers. The wall clock takes its offsets from one.

/** The offsets of one zone. */
export interface ZoneOffsets {
  /** Milliseconds that the clocks are ahead of UTC at an instant, in milliseconds since 1970. */
  offsetAt(timeMs: number): number;
}

/** A source of time zone data. */
export interface ZoneData {
  /** The release of the time zone database, such as `2026f`, or `unknown`. */
  readonly version: string;
  /** Where the data comes from: `Node.js`, or the folder of the system's files. */
  readonly source: string;
  /** The usual spelling of a name, whose letters may have any case; undefined for an unknown name. Remembers nothing. */
  nameOf(name: string): string | undefined;
  /** The offsets of a zone; undefined for an unknown name. May remember the name: never for a text from clients. */
  offsetsOf(name: string): ZoneOffsets | undefined;
}

// The table of options of the mapping: the same names in a URL's query, as flags, and in anthracite.yaml. Pure.

/** One option: its default, what a value must be, and what it does. */
interface Option<T> {
  readonly default: T;
  readonly doc: string;
  readonly expected: string;
  /** The value of a text, or null when it is none. */
  parse(text: string): T | null;
}

function list(
  values: readonly string[],
  expected: string,
  doc: string,
  isGood: (item: string) => boolean = () => true,
): Option<readonly string[]> {
  return {
    default: values,
    doc,
    expected: `${expected}, separated by commas`,
    parse: (text) => {
      const items = text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      return items.every(isGood) ? items : null;
    },
  };
}

function whole(value: number, min: number, max: number, doc: string): Option<number> {
  return {
    default: value,
    doc,
    expected: `a whole number from ${min} to ${max}`,
    parse: (text) => {
      const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return number >= min && number <= max ? number : null;
    },
  };
}

function text(value: string, expected: string, doc: string): Option<string> {
  return { default: value, doc, expected, parse: (given) => given };
}

/** What a run can come to: the words of `send`. */
export const outcomes = ['changed', 'failed', 'noop'] as const;

export const mappingOptions = {
  send: list(
    ['changed', 'failed'],
    'changed, failed and noop',
    'Which runs become events. Add noop for runs that would have changed something.',
    (item) => (outcomes as readonly string[]).includes(item),
  ),
  hosts: list([], 'patterns such as web*, !*.test', 'Only runs of these hosts; ! excludes. Empty for all.'),
  environments: list(
    [],
    'patterns such as production, !dev*',
    'Only runs of these environments; ! excludes. Empty for all.',
  ),
  ignore_resources: list(
    ['Notify', 'Schedule', 'Filebucket'],
    'types such as Notify, or patterns of resources such as File[/tmp/*]',
    'Resources whose changes do not count. Their failures do.',
  ),
  tags: list([], 'words or key=value', 'Tags that every event gets besides its own.'),
  role_pattern: text(
    'role::*',
    'a pattern such as role::*',
    'Which class of a node is its role, for the tag role.',
  ),
  report_url: text(
    '',
    'a URL such as https://puppetboard.example.com/report/%h/%u',
    'A page about the run, for the event: %h host, %e environment, %u transaction, %c version, %s status.',
  ),
  max_length: whole(500, 80, 10_000, 'Characters of a description at most, without the link.'),
  max_resources: whole(5, 0, 100, 'Resources that a description names at most.'),
  show_titles: {
    default: true,
    doc: 'false leaves out titles and error texts of resources: types are counted instead.',
    expected: 'true or false',
    parse: (given) => (given === 'true' ? true : given === 'false' ? false : null),
  } satisfies Option<boolean>,
} as const;

export type MappingOptionName = keyof typeof mappingOptions;

/** The values of all options. */
export type MappingOptions = {
  readonly [N in MappingOptionName]: (typeof mappingOptions)[N] extends Option<infer T> ? T : never;
};

export const mappingOptionNames = Object.keys(mappingOptions) as MappingOptionName[];

/** The options when nobody says anything. */
export const defaultMappingOptions = Object.fromEntries(
  mappingOptionNames.map((name) => [name, mappingOptions[name].default]),
) as unknown as MappingOptions;

/** Options, or the sentence that says which one is wrong. */
export type ReadOptions =
  | { readonly ok: true; readonly options: MappingOptions }
  | { readonly ok: false; readonly name: string; readonly value: string; readonly expected: string };

/**
 * Reads options from texts by their names; names that are given twice are joined by commas. Unknown names are refused.
 * @example readMappingOptions([['tags', 'dc=ams'], ['send', 'changed,failed,noop']])
 */
export function readMappingOptions(texts: Iterable<readonly [string, string]>): ReadOptions {
  const given = new Map<string, string>();
  for (const [name, value] of texts) {
    const before = given.get(name);
    given.set(name, before === undefined ? value : `${before},${value}`);
  }
  const values: Record<string, unknown> = { ...defaultMappingOptions };
  for (const [name, value] of given) {
    if (!Object.hasOwn(mappingOptions, name)) {
      return {
        ok: false,
        name,
        value,
        expected: `no such option; there are ${mappingOptionNames.join(', ')}`,
      };
    }
    const { parse, expected } = mappingOptions[name as MappingOptionName];
    const parsed = parse(value);
    if (parsed === null) return { ok: false, name, value, expected };
    values[name] = parsed;
  }
  return { ok: true, options: values as MappingOptions };
}

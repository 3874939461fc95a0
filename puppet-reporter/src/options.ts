// The table of options of the mapping: the same names in a URL's query, as flags, and in anthracite.yaml. Pure.

import {
  defaultOptions,
  listOption,
  type OptionValues,
  type ReadOptions,
  readOptions,
  textOption,
  truthOption,
  wholeOption,
} from '@anthracite/protocol/change';

/** What a run can come to: the words of `send`. */
export const outcomes = ['changed', 'failed', 'noop'] as const;

export const mappingOptions = {
  send: listOption(
    ['changed', 'failed'],
    'changed, failed and noop',
    'Which runs become events. Add noop for runs that would have changed something.',
    (item) => (outcomes as readonly string[]).includes(item),
  ),
  hosts: listOption(
    [],
    'patterns such as web*, !*.test',
    'Only runs of these hosts; ! excludes. Empty for all.',
  ),
  environments: listOption(
    [],
    'patterns such as production, !dev*',
    'Only runs of these environments; ! excludes. Empty for all.',
  ),
  ignore_resources: listOption(
    ['Notify', 'Schedule', 'Filebucket'],
    'types such as Notify, or patterns of resources such as File[/tmp/*]',
    'Resources whose changes do not count. Their failures do.',
  ),
  tags: listOption([], 'words or key=value', 'Tags that every event gets besides its own.'),
  role_pattern: textOption(
    'role::*',
    'a pattern such as role::*',
    'Which class of a node is its role, for the tag role.',
  ),
  report_url: textOption(
    '',
    'a URL such as https://puppetboard.example.com/report/%h/%u',
    'A page about the run, for the event: %h host, %e environment, %u transaction, %c version, %s status.',
  ),
  max_length: wholeOption(500, 80, 10_000, 'Characters of a description at most, without the link.'),
  max_resources: wholeOption(5, 0, 100, 'Resources that a description names at most.'),
  show_titles: truthOption(
    true,
    'false leaves out titles and error texts of resources: types are counted instead.',
  ),
} as const;

export type MappingOptionName = keyof typeof mappingOptions;

/** The values of all options. */
export type MappingOptions = OptionValues<typeof mappingOptions>;

export const mappingOptionNames = Object.keys(mappingOptions) as MappingOptionName[];

/** The options when nobody says anything. */
export const defaultMappingOptions: MappingOptions = defaultOptions(mappingOptions);

/**
 * Reads options from texts by their names, over `base`; names that are given twice are joined by commas. Unknown names
 * are refused.
 * @example readMappingOptions([['tags', 'dc=ams'], ['send', 'changed,failed,noop']])
 */
export function readMappingOptions(
  texts: Iterable<readonly [string, string]>,
  base: MappingOptions = defaultMappingOptions,
): ReadOptions<MappingOptions> {
  return readOptions(mappingOptions, texts, base);
}

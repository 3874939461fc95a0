// The table of options of the mapping: the same names in a URL's query, as flags, and in the handler's Ruby. Pure.

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
export const outcomes = ['changed', 'failed'] as const;

export const mappingOptions = {
  send: listOption(['changed', 'failed'], 'changed and failed', 'Which runs become events.', (item) =>
    (outcomes as readonly string[]).includes(item),
  ),
  hosts: listOption(
    [],
    'patterns such as web*, !*.test',
    'Only runs of these nodes; ! excludes. Empty for all.',
  ),
  environments: listOption(
    [],
    'patterns such as production, !dev*',
    'Only runs in these environments; ! excludes. Empty for all.',
  ),
  ignore_resources: listOption(
    ['breakpoint', 'chef_handler', 'chef_sleep', 'log', 'notify_group'],
    'types such as log, or patterns of resources such as file[/tmp/*]',
    'Resources whose changes do not count. Their failures do.',
  ),
  tags: listOption([], 'words or key=value', 'Tags that every event gets besides its own.'),
  report_url: textOption(
    '',
    'a URL such as https://automate.example.com/infrastructure/client-runs/%n/runs/%u',
    'A page about the run, for the event: %h node, %e environment, %n UUID of the node, %u of the run, %s status.',
  ),
  max_length: wholeOption(500, 80, 10_000, 'Characters of a description at most, without the link.'),
  max_resources: wholeOption(5, 0, 100, 'Resources that a description names at most.'),
  show_titles: truthOption(
    true,
    'false leaves out names and error texts of resources: types are counted instead.',
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
 * @example readMappingOptions([['tags', 'dc=ams'], ['send', 'failed']])
 */
export function readMappingOptions(
  texts: Iterable<readonly [string, string]>,
  base: MappingOptions = defaultMappingOptions,
): ReadOptions<MappingOptions> {
  return readOptions(mappingOptions, texts, base);
}

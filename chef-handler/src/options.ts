// The options of the mapping, with the same names in a URL's query, as flags, and in the handler's Ruby code. Pure.

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

/** The outcomes of a run: the words of `send`. */
export const outcomes = ['changed', 'failed'] as const;

export const mappingOptions = {
  send: listOption(['changed', 'failed'], 'changed and failed', 'Which runs become events.', (item) =>
    (outcomes as readonly string[]).includes(item),
  ),
  hosts: listOption(
    [],
    'patterns such as web*, !*.test',
    'Only runs of these nodes; a leading ! excludes a node. Empty: all nodes.',
  ),
  environments: listOption(
    [],
    'patterns such as production, !dev*',
    'Only runs in these environments; a leading ! excludes an environment. Empty: all environments.',
  ),
  ignore_resources: listOption(
    ['breakpoint', 'chef_handler', 'chef_sleep', 'log', 'notify_group'],
    'types such as log, or patterns of resources such as file[/tmp/*]',
    'Resources whose changes are ignored. Their failures still count.',
  ),
  tags: listOption([], 'words or key=value', 'Tags to add to every event.'),
  report_url: textOption(
    '',
    'a URL such as https://automate.example.com/infrastructure/client-runs/%n/runs/%u',
    'URL of a page about the run, to add to the event. Placeholders: %h node, %e environment, %n UUID of the node, %u UUID of the run, %s status.',
  ),
  max_length: wholeOption(
    1_000,
    80,
    10_000,
    'Maximum number of characters of a description, without the link.',
  ),
  max_resources: wholeOption(10, 0, 100, 'Maximum number of resources in a description.'),
  show_titles: truthOption(
    true,
    'false: omit names and error texts of resources, and count their types instead.',
  ),
} as const;

export type MappingOptionName = keyof typeof mappingOptions;

/** The values of all options. */
export type MappingOptions = OptionValues<typeof mappingOptions>;

export const mappingOptionNames = Object.keys(mappingOptions) as MappingOptionName[];

/** The default options. */
export const defaultMappingOptions: MappingOptions = defaultOptions(mappingOptions);

/**
 * Reads options from pairs of name and text, with defaults from `base`. Values of a repeated name are joined with commas. Unknown
 * names are refused.
 * @example readMappingOptions([['tags', 'dc=ams'], ['send', 'failed']])
 */
export function readMappingOptions(
  texts: Iterable<readonly [string, string]>,
  base: MappingOptions = defaultMappingOptions,
): ReadOptions<MappingOptions> {
  return readOptions(mappingOptions, texts, base);
}

// The options of the mapping, with the same names in a URL's query, as flags, and in anthracite.yaml. Pure.

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
export const outcomes = ['changed', 'failed', 'noop'] as const;

export const mappingOptions = {
  send: listOption(
    ['changed', 'failed'],
    'changed, failed and noop',
    'Which runs become events. Add noop for no-op runs that would have changed something.',
    (item) => (outcomes as readonly string[]).includes(item),
  ),
  hosts: listOption(
    [],
    'patterns such as web*, !*.test',
    'Only runs of these hosts; a leading ! excludes a host. Empty: all hosts.',
  ),
  environments: listOption(
    [],
    'patterns such as production, !dev*',
    'Only runs in these environments; a leading ! excludes an environment. Empty: all environments.',
  ),
  ignore_resources: listOption(
    ['Notify', 'Schedule', 'Filebucket'],
    'types such as Notify, or patterns of resources such as File[/tmp/*]',
    'Resources whose changes are ignored. Their failures still count.',
  ),
  tags: listOption([], 'words or key=value', 'Tags to add to every event.'),
  role_pattern: textOption(
    'role::*',
    'a pattern such as role::*',
    'The first class of a node that matches this pattern is the value of the tag role.',
  ),
  report_url: textOption(
    '',
    'a URL such as https://puppetboard.example.com/report/%h/%u',
    'URL of a page about the run, to add to the event. Placeholders: %h host, %e environment, %u transaction, %c version, %s status.',
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
    'false: omit titles and error texts of resources, and count their types instead.',
  ),
  show_output: truthOption(
    false,
    'true: add the output of failed commands to the event; secrets are masked as far as they are recognised.',
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
 * @example readMappingOptions([['tags', 'dc=ams'], ['send', 'changed,failed,noop']])
 */
export function readMappingOptions(
  texts: Iterable<readonly [string, string]>,
  base: MappingOptions = defaultMappingOptions,
): ReadOptions<MappingOptions> {
  return readOptions(mappingOptions, texts, base);
}

// Parses a report: YAML of Puppet, or JSON. Creates plain values only, and ignores classes in the text.

import {
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  FAILSAFE_SCHEMA,
  load,
  mapTag,
  NOT_RESOLVED,
  seqTag,
} from 'js-yaml';

/** The value of a text, or why it is not valid. The reason does not quote the text. */
export type ReadText =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: string };

const maxDepth = 20;
// Only reports of Puppet 2 contain aliases.
const maxAliases = 1_000;
const never = (): boolean => false;

function scalar(resolve: (source: string) => unknown, firstChars: readonly string[]) {
  return { implicit: true, implicitFirstChars: firstChars, identify: never, resolve };
}

const digits = [...'-0123456789'];
const wholeForm = /^-?(?:0|[1-9][0-9]{0,14})$/;
const decimalForm = /^-?[0-9]+\.[0-9]+(?:e[+-]?[0-9]+)?$/;

// Ruby quotes a text that looks like a number, with one exception: 12345e6, which may be a commit, is not quoted. So only the
// forms in which Ruby writes numbers are numbers here.
const schema = FAILSAFE_SCHEMA.withTags(
  defineScalarTag(
    'tag:yaml.org,2002:null',
    scalar((source) => (/^(?:~|null|)$/.test(source) ? null : NOT_RESOLVED), ['', '~', 'n']),
  ),
  defineScalarTag(
    'tag:yaml.org,2002:bool',
    scalar((source) => (source === 'true' ? true : source === 'false' ? false : NOT_RESOLVED), ['t', 'f']),
  ),
  defineScalarTag(
    'tag:yaml.org,2002:int',
    scalar((source) => (wholeForm.test(source) ? Number(source) : NOT_RESOLVED), digits),
  ),
  defineScalarTag(
    'tag:yaml.org,2002:float',
    scalar((source) => (decimalForm.test(source) ? Number(source) : NOT_RESOLVED), digits),
  ),
  // Ruby classes, such as !ruby/object:Puppet::Transaction::Report, are read as plain values.
  defineMappingTag('!ruby/', { ...mapTag, matchByTagPrefix: true, identify: never }),
  defineSequenceTag('!ruby/', { ...seqTag, matchByTagPrefix: true, identify: never }),
  defineScalarTag('!ruby/', { matchByTagPrefix: true, identify: never, resolve: (source) => source }),
  defineScalarTag('!binary', {
    identify: never,
    resolve: (source) => Buffer.from(source, 'base64').toString('utf8'),
  }),
);

/** Reads the bytes of a report. Bytes that are not valid UTF-8 become U+FFFD, so that they do not make a report unusable. */
export function readReportText(body: Uint8Array): ReadText {
  const text = new TextDecoder('utf-8').decode(body);
  const begin = text.slice(0, 256).trimStart();
  if (begin.startsWith('{')) {
    try {
      return { ok: true, value: JSON.parse(text) as unknown };
    } catch {
      return { ok: false, why: 'it is not JSON' };
    }
  }
  try {
    return { ok: true, value: load(text, { schema, maxDepth, maxAliases }) };
  } catch (error) {
    const line = (error as { readonly mark?: { readonly line?: number } }).mark?.line;
    return {
      ok: false,
      why: `it is not YAML as Puppet writes it${line === undefined ? '' : ` (line ${line + 1})`}`,
    };
  }
}

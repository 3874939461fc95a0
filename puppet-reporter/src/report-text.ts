// Reads the text of a report: YAML as Puppet writes it, or JSON. Builds plain values only, whatever the text asks for.

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

/** A text's value, or why it has none; the reason holds nothing of the text. */
export type ReadText =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: string };

const maxDepth = 20;
// Reports of Puppet 2 name what they repeat; those of today never do.
const maxAliases = 1_000;
const never = (): boolean => false;

function scalar(resolve: (source: string) => unknown, firstChars: readonly string[]) {
  return { implicit: true, implicitFirstChars: firstChars, identify: never, resolve };
}

const digits = [...'-0123456789'];
const wholeForm = /^-?(?:0|[1-9][0-9]{0,14})$/;
const decimalForm = /^-?[0-9]+\.[0-9]+(?:e[+-]?[0-9]+)?$/;

// Ruby writes a text that looks like a number in quotes, with one exception: 12345e6, which may be a commit, stays
// bare. So only what Ruby itself writes for numbers is a number here.
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
  // Classes of Ruby: !ruby/object:Puppet::Transaction::Report. What they hold is read as it stands.
  defineMappingTag('!ruby/', { ...mapTag, matchByTagPrefix: true, identify: never }),
  defineSequenceTag('!ruby/', { ...seqTag, matchByTagPrefix: true, identify: never }),
  defineScalarTag('!ruby/', { matchByTagPrefix: true, identify: never, resolve: (source) => source }),
  defineScalarTag('!binary', {
    identify: never,
    resolve: (source) => Buffer.from(source, 'base64').toString('utf8'),
  }),
);

/** Reads the bytes of a report. Bytes that are no UTF-8 become U+FFFD: a report is not thrown away for one of them. */
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

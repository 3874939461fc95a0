// What a person types into a search box, and which events it finds. Pure; knows no index.

/** A word, or words that must follow one another. */
export interface SearchTerm {
  /** As `tokensOf` makes them; at least one. */
  readonly tokens: readonly string[];
  /** The last token may go on: `dep*` finds `deploy`. */
  readonly isPrefix: boolean;
  /** Events that have it are left out. */
  readonly isExcluded: boolean;
}

/** What a search asks for: all terms that are not excluded, and none that is. `null` in place of it finds nothing. */
export type Search = readonly SearchTerm[];

/** What a search looks at. */
export interface SearchedEvent {
  readonly type: string;
  readonly tags: readonly string[];
  readonly description: string;
}

/** Different terms of one search; what is typed beyond them does not count. */
const maxTerms = 32;
const combiningMarks = /[\u0300-\u036f]/g;
const ascii = /^[\0-\x7f]*$/;
// Writing without spaces between words has no words to find: each of its characters is a token, as are symbols.
const single =
  '\\p{So}\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const token = new RegExp(`[${single}]|(?:(?![${single}])[\\p{L}\\p{N}\\p{M}])+`, 'gu');

/** The words of a text, in order: runs of letters and digits, in lower case, without accents. */
export function tokensOf(text: string): string[] {
  if (ascii.test(text)) return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const plain = text.normalize('NFKD').toLowerCase().replace(combiningMarks, '');
  return plain.match(token) ?? [];
}

/**
 * Reads a search: words, `"phrases"`, `prefix*`, and `-word` or `-"phrase"` for what must not be there. Nothing that can be
 * typed is an error: signs that mean nothing are passed over, and an open quote ends with the text. A word with signs in
 * it, such as `web-01.example`, is the phrase of its parts. A term counts once. A search of nothing but signs finds nothing
 * (null), and so does one that excludes what it asks for.
 *
 * @example parseSearch('deploy "roll back" -staging web*')
 */
export function parseSearch(text: string): Search | null {
  const terms = new Map<string, SearchTerm>();
  let isBlank = true;
  for (const [, minus, quoted, star, word = ''] of text.matchAll(/(-?)"([^"]*)(?:"(\*?)|$)|(\S+)/g)) {
    const isExcluded = quoted === undefined ? word.startsWith('-') : minus === '-';
    const tokens = tokensOf(quoted ?? word);
    isBlank &&= quoted === undefined ? word === '' : quoted.trim() === '';
    if (tokens.length === 0 || terms.size === maxTerms) continue;
    const isPrefix = quoted === undefined ? word.endsWith('*') : star === '*';
    const term: SearchTerm = { tokens, isPrefix, isExcluded };
    terms.set(JSON.stringify(term), term);
  }
  const search = [...terms.values()];
  const excluded = search.filter((term) => term.isExcluded && term.tokens.length === 1);
  const isContradiction = search.some(
    (term) => !term.isExcluded && excluded.some((one) => isPartOf(one, term)),
  );
  return isContradiction || (search.length === 0 && !isBlank) ? null : search;
}

// Whether every text that has a term has a word, too.
function isPartOf({ tokens: [word = ''], isPrefix }: SearchTerm, term: SearchTerm): boolean {
  return term.tokens.some((token, i) => {
    if (isPrefix) return token.startsWith(word);
    return token === word && !(term.isPrefix && i === term.tokens.length - 1);
  });
}

/** Makes a test for the events that a search finds: in their type, a tag or their description. */
export function createSearchTest(search: Search): (event: SearchedEvent) => boolean {
  const tests = search.map((term) => ({ isIn: createTermTest(term), isExcluded: term.isExcluded }));
  return ({ type, tags, description }) =>
    tests.every(
      ({ isIn, isExcluded }) => (isIn(description) || isIn(type) || tags.some(isIn)) !== isExcluded,
    );
}

function createTermTest({ tokens, isPrefix }: SearchTerm): (text: string) => boolean {
  // Most text is ASCII: it is searched as it stands.
  const isAscii = tokens.every((word) => ascii.test(word));
  const inAscii = new RegExp(
    `(?<![a-z0-9])${tokens.join('[^a-z0-9]+')}${isPrefix ? '' : '(?![a-z0-9])'}`,
    'i',
  );
  const inTokens = ` ${tokens.join(' ')}${isPrefix ? '' : ' '}`;
  return (text) =>
    ascii.test(text) ? isAscii && inAscii.test(text) : ` ${tokensOf(text).join(' ')} `.includes(inTokens);
}

// Parses a full-text search, and tests whether events match it. Pure.

/** A word, or several words in sequence. */
export interface SearchTerm {
  /** At least one token, as from `tokensOf`. */
  readonly tokens: readonly string[];
  /** True if the last token is a prefix: `dep*` finds `deploy`. */
  readonly isPrefix: boolean;
  /** True if events with this term do not match. */
  readonly isExcluded: boolean;
}

/** A search: events match if they have all terms and no excluded term. `null` instead of a search matches nothing. */
export type Search = readonly SearchTerm[];

/** The searched fields of an event. */
export interface SearchedEvent {
  readonly type: string;
  readonly tags: readonly string[];
  readonly description: string;
}

/** Maximum number of different terms in a search; further terms are ignored. */
const maxTerms = 32;
const combiningMarks = /[\u0300-\u036f]/g;
const ascii = /^[\0-\x7f]*$/;
// In scripts without spaces between words, each character is a token. So are symbols.
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
 * Parses a search: words, `"phrases"`, `prefix*`, and `-word` or `-"phrase"` to exclude. No input is an error: other punctuation
 * is ignored, and an open quote ends with the text. A word with punctuation, such as `web-01.example`, is the phrase of its
 * parts. Repeated terms count once. A search that has only punctuation, or excludes one of its own terms, matches nothing
 * (null).
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

// True if every text that has `term` also has this word.
function isPartOf({ tokens: [word = ''], isPrefix }: SearchTerm, term: SearchTerm): boolean {
  return term.tokens.some((token, i) => {
    if (isPrefix) return token.startsWith(word);
    return token === word && !(term.isPrefix && i === term.tokens.length - 1);
  });
}

/** A part of a text: start and end, as indexes of its characters. */
export type Hit = readonly [start: number, end: number];

/** The parts of a text that the terms of a search find, in order; parts that overlap are joined. Excluded terms find nothing. */
export function hitsOf(text: string, search: Search): Hit[] {
  const words: { readonly token: string; readonly hit: Hit }[] = [];
  for (const { 0: word, index } of text.matchAll(token)) {
    for (const one of tokensOf(word)) words.push({ token: one, hit: [index, index + word.length] });
  }
  const hits: Hit[] = [];
  for (const { tokens, isPrefix, isExcluded } of search) {
    if (isExcluded) continue;
    const last = tokens.length - 1;
    for (let at = 0; at + last < words.length; at++) {
      const isHit = tokens.every((wanted, i) => {
        const found = words[at + i]?.token ?? '';
        return isPrefix && i === last ? found.startsWith(wanted) : found === wanted;
      });
      if (isHit) hits.push([words[at]?.hit[0] ?? 0, words[at + last]?.hit[1] ?? 0]);
    }
  }
  hits.sort(([one], [other]) => one - other);
  const joined: [number, number][] = [];
  for (const [start, end] of hits) {
    const before = joined.at(-1);
    if (before !== undefined && start <= before[1]) before[1] = Math.max(before[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

/** Creates a test for events: it searches the type, the tags and the description. */
export function createSearchTest(search: Search): (event: SearchedEvent) => boolean {
  const tests = search.map((term) => ({ isIn: createTermTest(term), isExcluded: term.isExcluded }));
  return ({ type, tags, description }) =>
    tests.every(
      ({ isIn, isExcluded }) => (isIn(description) || isIn(type) || tags.some(isIn)) !== isExcluded,
    );
}

function createTermTest({ tokens, isPrefix }: SearchTerm): (text: string) => boolean {
  // Most text is ASCII, which needs no normalization.
  const isAscii = tokens.every((word) => ascii.test(word));
  const inAscii = new RegExp(
    `(?<![a-z0-9])${tokens.join('[^a-z0-9]+')}${isPrefix ? '' : '(?![a-z0-9])'}`,
    'i',
  );
  const inTokens = ` ${tokens.join(' ')}${isPrefix ? '' : ' '}`;
  return (text) =>
    ascii.test(text) ? isAscii && inAscii.test(text) : ` ${tokensOf(text).join(' ')} `.includes(inTokens);
}

// The patterns of English that the project does not use, each with what to write instead. Pure.

/** A pattern, and what to write in its place. */
export interface Rule {
  readonly pattern: RegExp;
  readonly instead: string;
}

const participles =
  'asked|given|shown|meant|sent|known|stored|kept|counted|read|written|said|told|listed|found|left|made|taken';

/** Each pattern is global, so that all its places are found. */
export const rules: readonly Rule[] = [
  { pattern: /\bwhoever\b/gi, instead: 'name the person: users, the sender, an administrator' },
  {
    pattern: /\b(?:wherein|whereof|thereof|therein|hereby|lest|nought|whence|thence|hence)\b/gi,
    instead: 'plain words',
  },
  { pattern: /\bof which\b/gi, instead: 'a second sentence' },
  { pattern: /\b(?:comes?|came|coming) to be\b/gi, instead: 'is created' },
  {
    pattern: /\b(?:is|are|was|were|be|been|being) told\b/gi,
    instead: 'gets a warning, is notified, is reported',
  },
  {
    pattern: /\b(?:tells|told) (?:of|apart|that|what|why|whether|when|which|how|it|each|the)\b/gi,
    instead: 'reports, shows, says',
  },
  { pattern: /\btell\b[^.]{0,40}\bapart\b/gi, instead: 'distinguish' },
  {
    pattern: /\b(?:stands?|stood) (?:in|for|at|among|as|beside|under|there|behind|before|with|alone)\b/gi,
    instead: 'is in, means, is listed under',
  },
  {
    pattern: /\b(?:at most|only|no more than) so (?:many|much|long)\b/gi,
    instead: 'maximum number, maximum time',
  },
  { pattern: /\b(?:for|within|after|than) so (?:many|much|long)\b/gi, instead: 'the time, the number' },
  { pattern: /\b(?:is|are|was|were|be|and|which|that) none\b/gi, instead: 'is not a ..., does not exist' },
  {
    pattern: /\bthe ones? (?:that|which|who|of|from|with|in|before|after|below|above)\b/gi,
    instead: 'repeat the noun',
  },
  {
    pattern: new RegExp(
      `\\bwhat (?:is|are|was|were|has been|it is|it was|they are|they were|was not|is not) (?:${participles})\\b`,
      'gi',
    ),
    instead: 'a noun: the shown events, the query',
  },
  {
    pattern:
      /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more than\b|events?\b|incidents?\b|data\b|room\b|way\b|need\b|limit\b|other\b|such\b|server\b|reply\b|answer\b)[a-z]+/gi,
    instead: 'is not a ...',
  },
  {
    pattern: /\b(?:is|are|was|were) (?:not )?over\b(?! (?:the|a|\d|https?|tcp|tls))/gi,
    instead: 'has ended, is resolved; is open',
  },
  { pattern: /\bgrave(?:st|r|ly)?\b|\bhow grave\b/gi, instead: 'severe, severity' },
  { pattern: /\bwithout scripts?\b/gi, instead: 'without JavaScript' },
  { pattern: /\bscripts? (?:make|add|are off|is off)\b/gi, instead: 'JavaScript' },
  { pattern: /\b(?:known already|already known)\b/gi, instead: 'a duplicate' },
  { pattern: /\bto the letter\b/gi, instead: 'exactly' },
  { pattern: /\b(?:mend|mends|mended|mending)\b/gi, instead: 'fix, correct, repair' },
  { pattern: /\bput right\b|\bputs? (?:it|them) right\b/gi, instead: 'correct' },
  { pattern: /\bin vain\b/gi, instead: 'without a result' },
  { pattern: /\bfor good\b/gi, instead: 'permanently' },
  { pattern: /\banew\b/gi, instead: 'again' },
  { pattern: /\bgo(?:es)? on\b/gi, instead: 'continue' },
  {
    pattern: /\bbegins? (?:with|by) (?:it|them)\b|\bthe beginning of one\b/gi,
    instead: 'a prefix, starts with',
  },
  { pattern: /\bsays? so\b|\bsay so often\b/gi, instead: 'say what is said' },
  { pattern: /\bis no (?:fault|error|problem)\b/gi, instead: 'is not an error' },
  { pattern: /\bnobody (?:who|that|in|else)\b/gi, instead: 'name who cannot: only the owner can ...' },
  { pattern: /\bmade-up\b/gi, instead: 'sample' },
  { pattern: /\b(?:by|of) (?:itself|themselves)\b/gi, instead: 'automatically, alone' },
  {
    pattern: /\bthat there (?:is|are|was|were)\b|\ball there (?:is|are|was|were)\b/gi,
    instead: 'all ..., the existing ...',
  },
  {
    pattern: /\ball that (?:is|are|was|were|it|they|came|has|have|can|you)\b/gi,
    instead: 'everything, all ...',
  },
  { pattern: /\bbut for\b/gi, instead: 'except' },
  { pattern: /\bbeside(?! the point)\b/gi, instead: 'besides, next to' },
  {
    pattern:
      /\bbehind (?!a (?:reverse )?proxy|an? (?:load balancer|nginx|haproxy)|proxies|nginx|haproxy|a NAT|one|it$)/gi,
    instead: 'after',
  },
  {
    pattern: /\bwhat (?:lasts|lasted|comes|came|follows|begins|began|remains|happens to)\b/gi,
    instead: 'a noun: spans, new events, the rest',
  },
  { pattern: /\b(?:one|the one) after the other\b/gi, instead: 'one at a time' },
  {
    pattern: /\bsuch (?:a|an) one\b|\bsuch ones\b|\bno such\b(?! file| cookbook)/gi,
    instead: 'repeat the noun',
  },
  { pattern: /\b(?:cut short|(?:is|are) cut\b(?! off))/gi, instead: 'truncated, shortened' },
  { pattern: /\bper cent\b/gi, instead: 'percent' },
  { pattern: /\bto whom\b|\bfor whom\b|\bwith whom\b|\bwhose own\b/gi, instead: 'a second sentence' },
  {
    pattern: /\b(?:ought|shall|need not|needs not|may well|is to be|are to be|was to be)\b/gi,
    instead: 'must, can, do not have to',
  },
  { pattern: /\bhas it that\b|\bas it (?:stands|came|comes)\b/gi, instead: 'unchanged' },
  {
    pattern: /\bdoes (?:all )?this by itself\b|\bby its first use\b|\bat its first use\b/gi,
    instead: 'automatically; using it creates it',
  },
  { pattern: /\bpictures? of (?:the )?(?:report|figures|counts)\b/gi, instead: 'charts' },
  { pattern: /\bledger\b/gi, instead: 'rejected lines' },
];

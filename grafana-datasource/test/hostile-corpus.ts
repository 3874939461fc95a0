// Texts that would run, or would be changed, if they were not shown as text; and a span that can carry them.

import type { SpanEntry } from '@anthracite/protocol';

export const corpus = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '</bdi></b><iframe srcdoc="<script>alert(1)</script>">',
  '<a href="javascript:alert(1)">click</a>',
  'javascript:alert(1)',
  'https://example.com/"onmouseover="alert(1)',
  "https://example.com/'onmouseover='alert(1)",
  'http://example.com/<script>alert(1)</script>',
  'https://example.com/?a=1&b=2&copy=3',
  'data:text/html,<script>alert(1)</script>',
  '5 <b and a < b & c > d',
  '&lt;b&gt; &amp; &#60; &notit;',
  '<!-- comment --> behind it',
  '<style>*{display:none}</style>',
  '<form action=//evil><input name=x><button>go</button></form>',
  '{{constructor.constructor("alert(1)")()}} ${alert(1)} [[x]]',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  'two  blanks   three\ttab',
  'line one\nline two\n  indented\r\nline four',
  'quotes " and \' and ` and \\',
  'right to left \u202eevil\u202c and \u2066isolated\u2069',
  '\ud83d\ude80 \u4e2d\u6587 caf\u00e9 e\u0301',
  'separators \u2028 and \u2029',
  '`'.repeat(50),
];

/** A span without hostile text. */
export const plainSpan: SpanEntry = {
  id: 1,
  type: 'x',
  key: null,
  scale: 'other',
  severity: null,
  impact: null,
  origin: null,
  title: '',
  begin: 0,
  start: 0,
  detected: null,
  end: 1,
  isOpen: false,
  durationMs: 1,
  levels: [],
  problems: [],
  tags: [],
  marks: [],
  moreMarks: 0,
};

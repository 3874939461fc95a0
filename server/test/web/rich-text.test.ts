// The simple rich text of descriptions: links are found, and output of machines stays unchanged.

import fc from 'fast-check';
import { type Block, type Inline, parseBlocks, parseInlines } from '../../src/web/rich-parts';

const linksOf = (text: string) =>
  parseInlines(text).flatMap((inline) => (inline.kind === 'link' ? [[inline.text, inline.href]] : []));
const textOf = (inlines: readonly Inline[]): string => inlines.map(({ text }) => text).join(' ');
const inlinesOf = (block: Block): readonly Inline[] =>
  block.kind === 'text' ? block.inlines : block.kind === 'list' ? block.items.flat() : [];

test.each([
  ['see https://a.example/b?c=d#e.', [['https://a.example/b?c=d#e', 'https://a.example/b?c=d#e']]],
  ['(http://a.example/wiki_(x))', [['http://a.example/wiki_(x)', 'http://a.example/wiki_(x)']]],
  ['at http://a.example/x, and', [['http://a.example/x', 'http://a.example/x']]],
  [
    'deploy e8e5e4 -- github.com/Vimeo/main/compare/foobar..e8e5e4',
    [
      [
        'github.com/Vimeo/main/compare/foobar..e8e5e4',
        'https://github.com/Vimeo/main/compare/foobar..e8e5e4',
      ],
    ],
  ],
  ['[the run](https://ci.example/7) failed', [['the run', 'https://ci.example/7']]],
  [
    'https://a.example/x,https://b.example/y;http://c.example',
    [
      ['https://a.example/x', 'https://a.example/x'],
      ['https://b.example/y', 'https://b.example/y'],
      ['http://c.example', 'http://c.example/'],
    ],
  ],
  [
    'result: <a href="https://a.example/r?a=1&b=2" target="_blank">the run</a>.',
    [['the run', 'https://a.example/r?a=1&b=2']],
  ],
  ['write to mailto:ops@example.com', [['mailto:ops@example.com', 'mailto:ops@example.com']]],
  ['HTTPS://A.EXAMPLE/', [['HTTPS://A.EXAMPLE/', 'https://a.example/']]],
])('finds the links of %s', (text, links) => {
  expect(linksOf(text)).toEqual(links);
});

test.each([
  'javascript:alert(1)',
  '[x](javascript:alert(1))',
  '[x](data:text/html,<script>)',
  'http://',
  'mailto:nobody',
  'notgithub.com/a',
  'a@github.com/b',
  'ftp://a.example/',
  'xhttp://a.example',
])('finds no link in %s', (text) => {
  expect(parseInlines(text)).toEqual([{ kind: 'text', text }]);
});

test.each([
  'Changed File[/etc/*.conf], Service[apache2](x)',
  '__init__.py and **/*.py, C:\\*, a ** b ** c, 2**3 and 4**5',
  'rm -rf /var/**/cache/**',
  'it`s a `test that isn`t',
  '- one line with a dash',
  '2016. was a year',
  '1. one\n3. three',
  '```\nnever closed',
  'a\tb  c\n    indented\n\n\n  more',
  '<b onclick=alert(1)>&lt;</b>',
  '[unclosed](http://',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="http://">x</a>',
])('leaves %j unchanged', (text) => {
  expect(parseBlocks(text)).toEqual([{ kind: 'text', inlines: [{ kind: 'text', text }] }]);
});

test('draws code, bold, fences and lists', () => {
  expect(parseInlines('run `make *` and **wait**, please')).toEqual([
    { kind: 'text', text: 'run ' },
    { kind: 'code', text: 'make *' },
    { kind: 'text', text: ' and ' },
    { kind: 'bold', text: 'wait' },
    { kind: 'text', text: ', please' },
  ]);
  expect(parseBlocks('so:\n- a\n- `b`\n```sh\n- x **y**\n```\n1. one\n2. two')).toEqual([
    { kind: 'text', inlines: [{ kind: 'text', text: 'so:' }] },
    { kind: 'list', sign: '-', items: [[{ kind: 'text', text: 'a' }], [{ kind: 'code', text: 'b' }]] },
    { kind: 'code', text: '- x **y**' },
    { kind: 'list', sign: '1', items: [[{ kind: 'text', text: 'one' }], [{ kind: 'text', text: 'two' }]] },
  ]);
});

const pieces = fc.constantFrom(
  ...'[ ] ( ) * ** ` ``` - : / \\ < > " \' . , \n a é 😀 javascript: http:// https://a.example/ mailto:a@b github.com/ x](http://c'.split(
    ' ',
  ),
  ' ',
);

test('links only to http, https or mail, and loses no word, for any text', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('');
      for (const inline of parseBlocks(text).flatMap(inlinesOf)) {
        if (inline.kind === 'link') expect(inline.href).toMatch(/^(https?:\/\/|mailto:)/);
      }
      const shown = parseBlocks(text)
        .map((block) => (block.kind === 'code' ? block.text : textOf(inlinesOf(block))))
        .join(' ');
      for (const word of shown.match(/[\p{L}\p{N}]+/gu) ?? []) expect(text).toContain(word);
      // The text of the URL of a link is not shown.
      if (text.includes('](')) return;
      for (const sign of ['é', '😀']) expect(count(shown, sign)).toBe(count(text, sign));
    }),
    { numRuns: 2_000 },
  );
});

const count = (text: string, part: string): number => text.split(part).length - 1;

test.each([
  '[',
  '**a',
  '`a',
  'http://a(',
  '[a](http://b',
  '<a href="http://b">c',
  '- a\n',
  '```\n',
  ')',
  '[a](',
])('reads a megabyte of %j in time', (piece) => {
  const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
  expect(parseBlocks(text).length).toBeGreaterThan(0);
});

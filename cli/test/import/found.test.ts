// Items of JSON sources that JSON.parse accepts but an import must refuse.

import { foundInJsonText } from '../../src/import/found';

test.each([
  ['{"time": 1467844481000, "type": "a", "type": "b", "description": "x"}', 'DUPLICATE_KEY'],
  ['{"_source": {"desc": "x", "desc": "y", "date": "2016-07-06", "tags": []}}', 'DUPLICATE_KEY'],
  [`{"when": 1, "what": "x", "tags": ${'['.repeat(100)}${']'.repeat(100)}}`, 'JSON_TOO_DEEP'],
])('reports a problem of %s with its text', (text, code) => {
  expect(foundInJsonText(text)).toMatchObject({ kind: 'problem', problem: { code }, text });
});

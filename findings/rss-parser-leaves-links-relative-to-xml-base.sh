#!/usr/bin/env bash
# rss-parser 3.13.0 (npm), the most used feed reader for Node.
#
# An Atom feed names its base in `xml:base` (RFC 4287, 2), and its links are relative to it. Expected: the reader returns whole addresses,
# as feedparser (npm and PyPI) does. Seen: `link` of the feed and of each entry is the relative text, and nothing in the result
# has the base.
#
# Who meets it: chat bots and pages built on rss-parser post dead links for every feed that has relative ones.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund rss-parser@3.13.0 feedparser@2.3.1 >/dev/null
node - <<'NODE'
const assert = require('node:assert');
const { Readable } = require('node:stream');
const Parser = require('rss-parser');
const FeedParser = require('feedparser');
const feed = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://events.example.com/">
<title>Events</title><id>tag:example.com,2026:events</id><updated>2026-11-24T10:15:00Z</updated>
<link rel="alternate" type="text/html" href="events/"/>
<entry><id>tag:example.com,2026:1</id><title>release 42</title><updated>2026-11-24T10:15:00Z</updated>
<link rel="alternate" type="text/html" href="events/1"/><content type="text">by Nicolas</content></entry>
</feed>`;
(async () => {
  const parsed = await new Parser().parseString(feed);
  console.log('rss-parser', require('rss-parser/package.json').version, [parsed.link, parsed.items[0].link]);
  const other = [];
  const reader = Readable.from([feed]).pipe(new FeedParser());
  reader.on('readable', () => {
    for (let item = reader.read(); item !== null; item = reader.read()) other.push(item.link);
  });
  await new Promise((resolve, reject) => reader.on('end', resolve).on('error', reject));
  console.log('feedparser', require('feedparser/package.json').version, other);
  assert.deepStrictEqual([parsed.link, parsed.items[0].link], ['events/', 'events/1']);
  assert.ok(!JSON.stringify(parsed).includes('events.example.com'));
  assert.deepStrictEqual(other, ['https://events.example.com/events/1']);
})();
NODE

#!/usr/bin/env bash
# node-ical 0.27.2 (npm).
#
# In iCalendar a backslash in a text is written `\\` and a line break `\n` (RFC 5545, 3.3.11): `C:\\new` is the path `C:\new`.
# Expected: `C:\new`, as ical.js reads it. Seen: `C:\`, a line break, `ew`: the second half of the escaped backslash is
# taken for the start of `\n`.
#
# Who meets it: calendars of events from Windows machines, whose paths contain `\n...`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund node-ical@0.27.2 ical.js@2.2.1 >/dev/null
cat > read.mjs <<'NODE'
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import ical from 'node-ical';

const calendar = [
  'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example//EN', 'BEGIN:VEVENT', 'UID:1@example.com', 'DTSTAMP:20261124T101500Z',
  'DTSTART:20261124T101500Z', 'DURATION:PT0S', String.raw`SUMMARY:deployed C:\\new`, 'END:VEVENT', 'END:VCALENDAR', '',
].join('\r\n');
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;
const [event] = Object.values(ical.sync.parseICS(calendar)).filter(({ type }) => type === 'VEVENT');
const component = new ICAL.Component(ICAL.parse(calendar)).getFirstSubcomponent('vevent');
console.log('node-ical', version('node-ical'), JSON.stringify(event.summary));
console.log('ical.js', version('ical.js'), JSON.stringify(new ICAL.Event(component).summary));
assert.equal(event.summary, 'deployed C:\\\new');
assert.equal(new ICAL.Event(component).summary, String.raw`deployed C:\new`);
NODE
node read.mjs

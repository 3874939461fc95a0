// Checks the calendar format with a calendar library.

import { createRequire } from 'node:module';
import { bodyOf, titleOf } from '@anthracite/protocol';
import fc from 'fast-check';
import { storedEvent, written } from './samples';

/** The parts of the library that the tests use. Its own types are for another kind of module. */
interface CalendarLibrary {
  parse(text: string): unknown[];
  readonly Component: new (parsed: unknown[]) => Component;
  readonly Event: new (
    component: Component,
  ) => {
    readonly uid: string;
    readonly summary: string;
    readonly description: string | null;
    readonly startDate: { toICALString(): string };
  };
}

interface Component {
  getAllSubcomponents(name: string): Component[];
  getFirstProperty(name: string): { getValues(): string[] } | null;
}

const ICAL = createRequire(__filename)('ical.js') as CalendarLibrary;

// The expected text: one kind of line break, and no control characters.
const shown = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd');

function read(ics: string) {
  const calendar = new ICAL.Component(ICAL.parse(ics));
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const categories = component.getFirstProperty('categories');
    return { event: new ICAL.Event(component), categories: categories?.getValues() };
  });
}

test('lets a calendar library read every event unchanged', () => {
  fc.assert(
    fc.property(fc.array(storedEvent, { minLength: 1, maxLength: 10 }), (list) => {
      const found = read(written('ics', list));
      expect(found).toHaveLength(list.length);
      for (const [place, { event, categories }] of found.entries()) {
        const { time, type, tags, description } = list[place] as (typeof list)[number];
        const instant = new Date(time).toISOString().slice(0, 19);
        // The library cannot read years of three digits.
        if (instant > '1') expect(event.startDate.toICALString()).toBe(`${instant.replace(/[-:]/g, '')}Z`);
        expect(event.summary).toBe(shown(titleOf(description).replaceAll('\r', ' ')));
        expect(event.description ?? '').toBe(shown(bodyOf(description)));
        // The library takes a backslash at the end of a category for an escape of the next comma.
        const words = [type, ...tags].map(shown);
        if (!words.some((word) => word.includes('\\'))) expect(categories).toEqual(words);
        expect(event.uid).toMatch(/@anthracite$/);
      }
    }),
  );
});

test('folds lines at 75 bytes and never within a character', () => {
  fc.assert(
    fc.property(storedEvent, (event) => {
      const ics = written('ics', [event]);
      expect(ics.endsWith('\r\n')).toBe(true);
      for (const line of ics.split('\r\n')) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(line.isWellFormed()).toBe(true);
        expect(line).not.toMatch(/[\r\n]/);
      }
    }),
  );
});

test('names the next page in a truncated list', () => {
  expect(written('ics', [], '1_2').replaceAll('\r\n ', '')).toContain('X-ANTHRACITE-NEXT:/events/x?');
});

test('writes an explicit duration of zero', () => {
  const text = written('ics', [{ id: 1, time: 0, type: 'deploy', tags: [], description: 'one' }]);
  expect(text).toContain('DTSTART:19700101T000000Z\r\nDURATION:PT0S\r\n');
  expect(text).not.toContain('DTEND');
});

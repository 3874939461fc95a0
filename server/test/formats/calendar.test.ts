// The calendar in the hands of a calendar library.

import { createRequire } from 'node:module';
import { bodyOf, titleOf } from '@anthracite/protocol';
import fc from 'fast-check';
import { storedEvent, written } from './samples';

/** What the tests use of the library. Its own types are those of its other kind of module. */
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

// What becomes of text: one kind of line break, and no controls.
const shown = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/[\0-\x08\x0b-\x1f\x7f]/g, '\ufffd');

function read(ics: string) {
  const calendar = new ICAL.Component(ICAL.parse(ics));
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const categories = component.getFirstProperty('categories');
    return { event: new ICAL.Event(component), categories: categories?.getValues() };
  });
}

test('a calendar library reads every event as it was', () => {
  fc.assert(
    fc.property(fc.array(storedEvent, { minLength: 1, maxLength: 10 }), (list) => {
      const found = read(written('ics', list));
      expect(found).toHaveLength(list.length);
      for (const [place, { event, categories }] of found.entries()) {
        const { time, type, tags, description } = list[place] as (typeof list)[number];
        const instant = new Date(time).toISOString().slice(0, 19);
        // The library is at a loss with years of three digits.
        if (instant > '1') expect(event.startDate.toICALString()).toBe(`${instant.replace(/[-:]/g, '')}Z`);
        expect(event.summary).toBe(shown(titleOf(description)));
        expect(event.description ?? '').toBe(shown(bodyOf(description)));
        // The library takes a backslash at the end of one for that of the comma behind it.
        const words = [type, ...tags].map(shown);
        if (!words.some((word) => word.includes('\\'))) expect(categories).toEqual(words);
        expect(event.uid).toMatch(/@anthracite$/);
      }
    }),
  );
});

test('lines are no longer than 75 bytes, and none is broken within a character', () => {
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

test('a list that was cut says where it goes on', () => {
  expect(written('ics', [], '1_2').replaceAll('\r\n ', '')).toContain('X-ANTHRACITE-NEXT:/events/x?');
});

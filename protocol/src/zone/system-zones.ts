// The time zone files of the system, which are often newer than Node.js' own data: a system is updated when a country
// changes its law, Node.js only with its next release.

import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { useZoneData } from '../wall-clock';
import { runtimeZones } from './runtime-zones';
import { readTzif } from './tzif';
import type { ZoneData, ZoneOffsets } from './zone-data';
import { isZoneName } from './zone-names';

/** The time zone files of the system. */
export interface SystemZones {
  readonly folder: string;
  /** The release, such as `2026f`; null where no file says it. */
  readonly version: string | null;
}

interface IndexedName {
  readonly name: string;
  readonly target: string;
}

type NameIndex = ReadonlyMap<string, IndexedName>;
type Variables = Readonly<Record<string, string | undefined>>;

const folders = ['/usr/share/zoneinfo', '/usr/lib/zoneinfo', '/usr/share/lib/zoneinfo', '/etc/zoneinfo'];
const maxFileBytes = 1_048_576;
const maxZones = 1_000;

/** Finds the time zone files: in the folder of `TZDIR`, or else in the usual ones; null if none is found. */
export function findSystemZones(variables: Variables): SystemZones | null {
  const given = variables['TZDIR'] ?? '';
  for (const folder of isAbsolute(given) ? [given] : folders) {
    const version = readVersion(folder);
    if (version !== null || readZone(folder, 'Etc/UTC')) return { folder, version };
  }
  return null;
}

/**
 * From now on times in this process follow the time zone data of the system where it is newer than that of Node.js, and
 * else that of Node.js. To be called once, at the start.
 */
export function useSystemZones(variables: Variables): void {
  const system = findSystemZones(variables);
  if (system?.version && isNewer(system.version, runtimeZones.version))
    useZoneData(systemData(system.folder, system.version));
}

/**
 * A sentence when a zone may have to follow older data than the system or Node.js has: its file cannot be read, or no
 * version says which of the two is newer, and they differ within a year of `nowMs`. Undefined where all is well.
 */
export function zoneWarning(zone: string, nowMs: number, variables: Variables): string | undefined {
  const system = findSystemZones(variables);
  if (!system || (system.version !== null && !isNewer(system.version, runtimeZones.version)))
    return undefined;
  const theirs = findZone(system.folder, zone, () => indexOf(system.folder));
  const ours = runtimeZones.offsetsOf(zone);
  if (system.version !== null) {
    if (theirs || !ours) return undefined;
    return `${system.folder} (${system.version}) has no readable file for ${zone}; it follows the older data of Node.js (${runtimeZones.version})`;
  }
  if (!theirs || !ours || !differs(theirs, ours, nowMs)) return undefined;
  return `${zone} differs between Node.js (${runtimeZones.version}) and ${system.folder} (version unknown); it follows Node.js`;
}

/** The data of the system's files; that of Node.js for names that they lack. */
function systemData(folder: string, version: string): ZoneData {
  let known: NameIndex | undefined;
  const index = (): NameIndex => {
    known ??= indexOf(folder);
    return known;
  };
  const read = new Map<string, ZoneOffsets>();
  return {
    version,
    source: folder,
    nameOf: (name) => index().get(name.toLowerCase())?.name ?? runtimeZones.nameOf(name),
    offsetsOf: (name) => {
      const earlier = read.get(name);
      if (earlier) return earlier;
      const offsets = findZone(folder, name, index) ?? runtimeZones.offsetsOf(name);
      if (!offsets) return undefined;
      if (read.size >= maxZones) read.clear();
      read.set(name, offsets);
      return offsets;
    },
  };
}

// Most programs use one zone by its usual name, and need no index.
function findZone(folder: string, name: string, index: () => NameIndex): ZoneOffsets | undefined {
  const offsets = readZone(folder, name);
  if (offsets) return offsets;
  const indexed = index().get(name.toLowerCase());
  return indexed && (readZone(folder, indexed.name) ?? readZone(folder, indexed.target));
}

/** The names in tzdata.zi by their lower-case spelling; `target` is the zone that a link leads to, or the name itself. */
function indexOf(folder: string): NameIndex {
  const index = new Map<string, IndexedName>();
  const text = readSmallFile(join(folder, 'tzdata.zi'))?.toString('latin1') ?? '';
  for (const [, zone, target, link] of text.matchAll(/^(?:Z (\S+)|L (\S+) (\S+))/gm)) {
    const name = zone ?? link ?? '';
    if (isZoneName(name)) index.set(name.toLowerCase(), { name, target: target ?? name });
  }
  return index;
}

function readZone(folder: string, name: string): ZoneOffsets | undefined {
  // A name becomes a part of a path: this form has no dots.
  if (!isZoneName(name)) return undefined;
  const bytes = readSmallFile(join(folder, name));
  return bytes && readTzif(bytes);
}

function readVersion(folder: string): string | null {
  const found =
    /^# version (\d{4}[a-z]{1,2})\b/.exec(readStart(join(folder, 'tzdata.zi'))) ??
    /^(\d{4}[a-z]{1,2})\b/.exec(readStart(join(folder, '+VERSION'))); // macOS, FreeBSD
  return found?.[1] ?? null;
}

function readStart(file: string): string {
  const start = Buffer.alloc(64);
  try {
    if (!statSync(file).isFile()) return '';
    const descriptor = openSync(file, 'r');
    try {
      return start.toString('latin1', 0, readSync(descriptor, start));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}

function readSmallFile(file: string): Buffer | undefined {
  try {
    const found = statSync(file);
    return found.isFile() && found.size <= maxFileBytes ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

function isNewer(version: string, other: string): boolean {
  return !/^\d{4}[a-z]/.test(other) || version > other;
}

// Clocks that change at all change for longer than a quarter of a day.
function differs(one: ZoneOffsets, other: ZoneOffsets, nowMs: number): boolean {
  const stepMs = 6 * 3_600_000;
  const yearMs = 366 * 86_400_000;
  for (let timeMs = nowMs - yearMs; timeMs <= nowMs + yearMs; timeMs += stepMs)
    if (one.offsetAt(timeMs) !== other.offsetAt(timeMs)) return true;
  return false;
}

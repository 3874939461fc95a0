// Remembers the last ranges that users chose, in this browser, and offers them in the range picker.

interface Recent {
  readonly from: string;
  readonly until: string;
}

const storageName = 'anthracite_ranges';
const maxKept = 5;
const maxChars = 100;

/** Adds the recent ranges to the picker of the page. */
export function offerRecentRanges(): void {
  const picker = document.querySelector<HTMLElement>('.range-picker');
  const list = picker?.querySelector<HTMLElement>('#recent-ranges') ?? null;
  if (picker === null || list === null) return;
  const known = JSON.parse(picker.dataset['known'] ?? '[]') as Recent[];
  const kept = readKept();
  const shown = rangeIn(location.search);
  draw(
    list,
    kept.filter((one) => !isSame(one, shown)),
  );
  const isNew = shown.from !== '' || shown.until !== '';
  const isTooLong = shown.from.length > maxChars || shown.until.length > maxChars;
  const isWrong = picker.querySelector('[aria-invalid]') !== null;
  if (!isNew || isTooLong || isWrong || known.some((one) => isSame(one, shown))) return;
  keep([shown, ...kept.filter((one) => !isSame(one, shown))].slice(0, maxKept));
}

function draw(list: HTMLElement, ranges: readonly Recent[]): void {
  list.replaceChildren(
    ...ranges.map(({ from, until }) => {
      const link = document.createElement('a');
      const url = new URL(location.href);
      for (const name of ['from', 'until', 'range', 'after', 'before']) url.searchParams.delete(name);
      if (from !== '') url.searchParams.set('from', from);
      if (until !== '') url.searchParams.set('until', until);
      link.href = url.href;
      link.textContent = `${from === '' ? 'start' : from} to ${until === '' ? 'now' : until}`;
      return link;
    }),
  );
  list.hidden = ranges.length === 0;
}

function rangeIn(search: string): Recent {
  const parameters = new URLSearchParams(search);
  return { from: parameters.get('from') ?? '', until: parameters.get('until') ?? '' };
}

function isSame(one: Recent, other: Recent): boolean {
  return one.from === other.from && one.until === other.until;
}

// Other programs on the same host can write there, too.
function readKept(): readonly Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageName) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isRecent).slice(0, maxKept) : [];
  } catch {
    return [];
  }
}

function isRecent(one: unknown): one is Recent {
  const { from, until } = (one ?? {}) as Partial<Recent>;
  return typeof from === 'string' && typeof until === 'string';
}

function keep(ranges: readonly Recent[]): void {
  try {
    localStorage.setItem(storageName, JSON.stringify(ranges));
  } catch {
    // Browsers can refuse storage; then there are no recent ranges.
  }
}

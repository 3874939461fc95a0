// Three months of a shop, the same each time: the data of the harness, the screenshots and the tests in Grafana.

/** The start of the three months, 2025-04-01, in milliseconds. */
export const storyBegin = Date.UTC(2025, 3, 1);
/** The end of the three months, 2025-07-01, in milliseconds. */
export const storyEnd = Date.UTC(2025, 6, 1);
/** A day with every kind of event, 2025-06-11, from 06:00 to 18:00. */
export const storyDay = { from: Date.UTC(2025, 5, 11, 6), to: Date.UTC(2025, 5, 11, 18) } as const;

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const firstSecond = storyBegin / 1_000;
const days = (storyEnd - storyBegin) / 86_400_000;

/**
 * Incidents and gains: stem, day of the quarter, hour of the start, minutes until the detection, minutes until the
 * end (null for an open one), tags, title.
 */
const chapters: readonly (readonly [string, number, number, number, number | null, string, string])[] = [
  ['incident_sev3', 6, 10.2, 6, 55, 'origin=self;service=search', 'Search is slow'],
  [
    'incident_sev2',
    17,
    15.1,
    4,
    95,
    'origin=self;impact=30;service=checkout',
    'Checkout fails for some users',
  ],
  ['incident_sev4', 24, 9, 20, 180, 'origin=external', 'A supplier is late with its feed'],
  ['gain_sev2', 29, 12, 1, 300, 'origin=external', 'The evening news shows the shop'],
  ['incident_sev1', 38, 3.5, 12, 70, 'origin=external', 'The data centre loses power'],
  ['incident_sev3', 52, 15.3, 9, 40, 'origin=self', 'Mails are sent twice'],
  ['gain_sev3', 60, 8, 1, 360, 'origin=self', 'The newsletter goes out'],
  ['incident_sev2', 71, 10.3, 5, 80, 'origin=self;impact=40;service=website', 'Payments time out'],
  ['incident_sev3', 71, 14, 10, null, 'origin=self;service=website', 'Thumbnails are missing'],
];

/** A text that would run if it were not treated as text. */
export const hostileTitle =
  '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> 5 <b & more';

/** All lines of the story, for the line port. */
export function storyLines(): string {
  const lines: string[] = [];
  const add = (second: number, series: string, description: string): void => {
    lines.push(`${Math.round(second)} ${series} ${description}\n`);
  };
  for (let n = 0; n < days; n++) {
    const midnight = firstSecond + n * day;
    if (n % 7 === 4 || n % 7 === 5) continue; // Saturday and Sunday: the first of April 2025 was a Tuesday
    const version = (0x4f2c900 + n * 37).toString(16);
    add(
      midnight + 10 * hour,
      `deploy_website;env=prod;service=website;version=${version}`,
      `release ${n}, by Nicolas -- https://git.example.com/website/commit/${version}`,
    );
    if (n % 2 === 1)
      add(
        midnight + 15 * hour,
        `deploy_checkout;env=prod;service=checkout;version=${version}`,
        `release ${n}, by Anna`,
      );
    if (n % 3 === 0)
      add(
        midnight + 11 * hour,
        `deploy_website;env=staging;service=website;version=${version}`,
        `release ${n + 1}, to be tried`,
      );
    if (n % 5 === 1) {
      for (let host = 1; host <= 12; host++) {
        add(
          midnight + 10 * hour + host * 40,
          `puppet;env=prod;host=web${host};service=website;version=${version}`,
          `"Changed File[/etc/app.conf]\\nand restarted Service[app] on web${host}"`,
        );
      }
    }
    if (n % 9 === 8) add(midnight + 16 * hour, 'manual_anna;env=prod', 'turned the cache off and on');
  }
  for (const [i, [stem, n, begin, detected, over, tags, title]] of chapters.entries()) {
    const start = firstSecond + n * day + begin * hour;
    const key = `incident=${i + 1}`;
    add(start, `${stem}_start;${key};${tags}`, title);
    add(start + detected * minute, `${stem}_detected;${key}`, 'the alert went off');
    if (over !== null) add(start + over * minute, `${stem}_resolved;${key}`, 'all is well again');
  }
  add(storyDay.from / 1_000 + 2 * hour, 'press;hostile=yes', hostileTitle);
  return lines.join('');
}

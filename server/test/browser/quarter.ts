// Three months of a small company, as lines: the sample data of the pages. The same every time, except for its end.

const day = 86_400_000;
const hour = 3_600_000;
const minute = 60_000;

/** Pseudo-random numbers from 0 up to 1, the same for the same seed. */
function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const people = ['Nicolas', 'Ada', 'Grace', 'Linus', 'Margaret', 'Ken'];
const projects = ['website', 'api', 'player', 'search', 'billing'];
const subjects = [
  'cache the index for a minute',
  'upgrade nginx to 1.30',
  'retry uploads that time out',
  'new header, smaller logo',
  'fix the off-by-one in pagination',
  'use the replica for reports',
  'drop support for TLS 1.0',
  'sort results by relevance',
];
const changes = [
  'Changed File[/etc/nginx/nginx.conf], Service[nginx]',
  'Changed File[/etc/apache2/sites-enabled/*.conf], Exec[a2ensite]',
  'Changed Package[openssl], Package[libssl3]',
  'Changed File[/etc/systemd/system/player.service], Service[player]',
];
const incidents = [
  [
    '1',
    'Database primary lost its disk',
    'Failover did not start automatically.\nSee `runbook/db-failover` and https://wiki.example.com/db',
  ],
  ['2', 'Search answers slowly', 'Half of the shards were being rebuilt.'],
  ['2', 'Uploads fail in Europe', 'A certificate of the store had **run out**.'],
  ['3', 'Thumbnails are late', 'The queue was full:\n- 40 000 jobs\n- two workers'],
  ['3', 'Mails go out twice', 'A job was retried although it had been done.'],
  ['4', 'A replica lags', 'No user noticed.'],
] as const;

/** About 2000 events up to `now`, in milliseconds since the epoch, one a line; the last incident is still open. */
export function quarterOfLines(now: number): string {
  const dice = createDice(20_161_107);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(dice() * from.length)] as T;
  const lines: string[] = [];
  const add = (time: number, series: string, text: string): void => {
    if (time <= now) lines.push(`${(Math.round(time) / 1_000).toFixed(3)} ${series} ${JSON.stringify(text)}`);
  };
  const begin = Math.floor((now - 91 * day) / day) * day;
  for (let date = begin; date < now; date += day) {
    const isWeekend = [0, 6].includes(new Date(date).getUTCDay());
    for (let i = isWeekend ? 2 : Math.floor(6 + dice() * 6); i > 0; i--) {
      const project = pick(projects);
      const commit = Math.floor(dice() * 0xffffff)
        .toString(16)
        .padStart(6, '0');
      add(
        date + 8 * hour + dice() * 10 * hour,
        `deploy_${project};env=prod;version=${commit}`,
        `${pick(subjects)}\nBy ${pick(people)}: github.com/example/${project}/compare/${commit}..main`,
      );
    }
    if (dice() < 0.3) {
      const [at, text] = [date + 9 * hour + dice() * 7 * hour, pick(changes)];
      const run = Math.floor(dice() * 0xfffff).toString(16);
      for (let host = 1; host <= 12; host++) {
        add(at + dice() * 25 * minute, `puppet;host=web${host};env=prod;version=${run}`, text);
      }
    }
    if (dice() < 0.25)
      add(
        date + 11 * hour + dice() * 4 * hour,
        `chef;host=db${1 + Math.floor(dice() * 3)};env=prod`,
        'Changed template[/etc/my.cnf], service[mysql]',
      );
    if (dice() < 0.2) {
      const person = pick(people).toLowerCase();
      add(
        date + 10 * hour + dice() * 8 * hour,
        `manual_${person}`,
        pick(['Restarted haproxy on lb2', 'Moved the VIP to lb1', 'Emptied the cache of the CDN']),
      );
    }
  }
  addSpans(now, add);
  return `${lines.join('\n')}\n`;
}

function addSpans(now: number, add: (time: number, series: string, text: string) => void): void {
  for (const [i, [severity, title, cause]] of incidents.entries()) {
    const start = now - (84 - i * 15) * day - i * 2.3 * hour;
    const [stem, tags] = [
      `incident_sev${severity}`,
      `;incident=INC-${101 + i};origin=${i % 2 === 0 ? 'self' : 'external'};impact=${60 - i * 10}`,
    ];
    add(start, `${stem}_start${tags}`, title);
    add(start + (4 + i * 3) * minute, `${stem}_detected${tags}`, `${title}: the alarm went off`);
    add(start + (35 + i * 40) * minute, `${stem}_resolved${tags}`, `${title}: it has ended\n${cause}`);
  }
  add(
    now - 50 * minute,
    'incident_sev2_start;incident=INC-107;impact=25;origin=self',
    'The player does not load for some\nErrors since the deploy of the player.',
  );
  add(now - 44 * minute, 'incident_sev2_detected;incident=INC-107', 'The alarm on player errors went off');
  add(
    now - 51.5 * minute,
    'deploy_player;env=prod;version=c0ffee',
    'lazy loading of captions\nBy Ada: github.com/example/player/compare/bada55..c0ffee',
  );
  add(now - 20 * day, 'gain_sev2_start;press=paper', 'A video of ours is on the front page');
  add(now - 18.5 * day, 'gain_sev2_end;press=paper', 'Traffic is as before');
  add(now - 6 * hour, 'maintenance_start;host=db2', 'Change the disks of db2');
  add(now - 4 * hour, 'maintenance_end;host=db2', 'db2 has new disks');
  add(now - 9 * hour, 'puppet_failed_start;span=web7;host=web7', 'web7: 1 failed: Service[nginx]');
  add(
    now - 3 * hour,
    'puppet_failed;span=web7;host=web7',
    'web7: 2 failed, 1 skipped: Exec[deploy schema v2]',
  );
  add(now - 8 * hour, 'chef_failed_start;span=db1;host=db1', 'db1: failed: package[mysql]');
  add(now - 7 * hour, 'chef_failed_end;span=db1;host=db1', 'db1: recovered');
}

// Runs every command of the how-to pages as written, in a shell, against a real server.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder } from '@anthracite/testing';
import { onPorts, paste, root } from './pasted-page';
import { type Served, serve } from './program';

const programs = ['bash', 'nc.openbsd', 'curl', 'git', 'jq'];
const withPrograms = needs(
  'bash, netcat-openbsd, curl, git and jq',
  programs.every((program) => hasProgram('sh', '-c', `command -v ${program}`)),
);

// It is 15:00 or a little later, so that 14:00 is today and in the past.
const zone = (() => {
  const ahead = ((15 - new Date().getUTCHours() + 36) % 24) - 12;
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`; // the sign of these names is reversed
})();
const two = new Date();
two.setUTCMinutes(0, 0, 0);
const twoOClock = two.getTime() / 1000 - 3600;

const startServer = (): Promise<Served> =>
  serve(join(temporaryFolder(), 'anthracite.db'), ['--time-zone', zone]);

withPrograms.each(['quick-start.md', 'send-events.md'])(
  'runs every command of %s as written, with the output of the page',
  async (page) => {
    const server = await startServer();
    const blocks = await paste(page, server, { ANTHRACITE_TIME_ZONE: zone });
    expect(blocks.length).toBeGreaterThan(5);
    const shown = blocks.filter((block) => block.shown !== undefined);
    expect(shown.length).toBeGreaterThan(0);
    for (const block of shown) expect(block.seen.trim()).toBe(block.shown?.trim());
    const lists = blocks.filter(
      ({ commands }) => /^anthracite list/.test(commands) && !commands.includes('--none'),
    );
    expect(lists.length).toBeGreaterThan(0);
    for (const { commands, seen } of lists)
      expect({ commands, lists: /\b(?:deploy|manual|incident)_/.test(seen) }).toEqual({
        commands,
        lists: true,
      });
  },
);

test.each(['quick-start.md', 'send-events.md', 'find-what-changed.md'])(
  'opens a page for every URL of %s',
  async (page) => {
    const server = await startServer();
    const text = readFileSync(join(root, 'docs', page), 'utf8');
    const addresses = [...text.matchAll(/`(http:\/\/127\.0\.0\.1:2006[^`]*)`/g)].map(
      ([, address = '']) => address,
    );
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) {
      const response = await fetch(onPorts(address, server), { headers: { accept: 'text/html' } });
      expect({ address, status: response.status }).toEqual({ address, status: 200 });
    }
  },
);

withPrograms(
  'finds with every question of find-what-changed.md the change before 14:00, but not the later one',
  async () => {
    const server = await startServer();
    const minutesLater = (minutes: number): number => twoOClock + minutes * 60;
    await server.send(
      [
        `${minutesLater(-20)} deploy_shop;host=web1;version=42 the change before`,
        `${minutesLater(20)} deploy_shop;host=web1;version=43 the change after`,
        '',
      ].join('\n'),
    );
    const blocks = (await paste('find-what-changed.md', server, { ANTHRACITE_TIME_ZONE: zone })).filter(
      ({ commands }) => !commands.startsWith('anthracite start'),
    );
    expect(blocks.length).toBeGreaterThan(6);
    for (const { commands, seen } of blocks) {
      expect({ commands, finds: /the change before/.test(seen) }).toEqual({ commands, finds: true });
      expect({ commands, finds: /the change after/.test(seen) }).toEqual({ commands, finds: false });
    }
  },
);

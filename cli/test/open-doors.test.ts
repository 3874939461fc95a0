// Warnings of a server that clients on other machines can reach.

import { type Doors, warnOfDoors } from '../src/open-doors';

const doors: Doors = {
  http: [{ host: '0.0.0.0', port: 2006 }],
  tcp: [],
  allowedNetworks: [],
  hostNames: ['0.0.0.0', 'web1', 'web1.example.com'],
  hasAllowedHosts: false,
  readingNeedsToken: false,
  writingNeedsToken: false,
  hasTokens: false,
  hasAdmin: false,
};
const aboutNames = (changes: Partial<Doors>): string[] =>
  warnOfDoors({ ...doors, ...changes })
    .map(({ message }) => message)
    .filter((message) => message.includes('allowed-hosts'));

test('names the accepted host names of an open server', () => {
  expect(aboutNames({})).toEqual([
    'HTTP requests must use an IP address, localhost or a name of this machine (web1, web1.example.com); allowed-hosts adds other names',
  ]);
});

test.each<[string, Partial<Doors>]>([
  ['only this machine reaches it', { http: [{ host: '127.0.0.1', port: 2006 }] }],
  ['allowed-hosts names some', { hasAllowedHosts: true }],
  ['tokens are needed, so that every name will do', { readingNeedsToken: true, writingNeedsToken: true }],
])('does not mention names when %s', (_when, changes) => {
  expect(aboutNames(changes)).toEqual([]);
});

// Which pages may change something: our own, whatever stands between them and us.

import type { IncomingHttpHeaders } from 'node:http';
import { refuseForeignOrigin } from '../../src/http/origin-check';

const refusal = (headers: IncomingHttpHeaders): string | null => {
  try {
    refuseForeignOrigin({ headers });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

test.each<IncomingHttpHeaders>([
  { host: 'events.example.com' },
  { host: 'events.example.com', origin: 'http://events.example.com' },
  { host: 'events.example.com:80', origin: 'http://events.example.com' },
  { host: 'events.example.com:443', origin: 'https://events.example.com' },
  { host: 'EVENTS.example.com:8080', origin: 'http://events.example.com:8080' },
  { host: '[::1]:2006', origin: 'http://[::1]:2006' },
  { host: '127.0.0.1:2006', origin: 'https://events.example.com', 'sec-fetch-site': 'same-origin' },
  { host: '127.0.0.1:2006', 'sec-fetch-site': 'none' },
  { host: '127.0.0.1:2006', origin: 'null', 'sec-fetch-site': 'same-origin' },
  { host: '127.0.0.1:2006', origin: 'http://events.example.com', 'x-forwarded-host': 'events.example.com' },
  { host: 'a', origin: 'http://b:8080', 'x-forwarded-host': 'b:8080, c' },
])('a program, or a page of ours: %j', (headers) => {
  expect(refusal(headers)).toBeNull();
});

test.each<IncomingHttpHeaders>([
  { host: 'events.example.com', origin: 'http://evil.example.com' },
  { host: 'events.example.com', origin: 'http://events.example.com:8080' },
  { host: 'events.example.com:443', origin: 'http://events.example.com' },
  { host: 'events.example.com', origin: 'null' },
  { host: 'null', origin: 'null' },
  { origin: 'http://events.example.com' },
  { host: 'events.example.com', origin: 'chrome-extension://events.example.com' },
  { host: 'events.example.com/x', origin: 'http://events.example.com' },
  { host: 'x@events.example.com', origin: 'http://evil.example.com' },
  { host: 'events.example.com', origin: 'http://events.example.com', 'sec-fetch-site': 'cross-site' },
  { host: 'events.example.com', 'sec-fetch-site': 'same-site' },
  { host: 'events.example.com', 'sec-fetch-site': '' },
  { host: '127.0.0.1:2006', origin: 'http://evil.example.com', 'x-forwarded-host': 'events.example.com' },
])('a page of another site: %j', (headers) => {
  expect(refusal(headers)).not.toBeNull();
});

test('the refusal names both values, and the header that a proxy must pass on', () => {
  expect(refusal({ host: '127.0.0.1:2006', origin: 'http://events.example.com' })).toBe(
    'a page of "http://events.example.com" may not change anything at "127.0.0.1:2006"; behind a proxy, let it pass the Host header on (nginx: proxy_set_header Host $http_host;)',
  );
});

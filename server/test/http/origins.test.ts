// Only the server's own pages can change something, also through proxies.

import type { IncomingHttpHeaders } from 'node:http';
import { refuseForeignOrigin } from '../../src/doors/http/security/origin-check';

const refusal = (headers: IncomingHttpHeaders, publicUrl = ''): string | null => {
  try {
    refuseForeignOrigin({ headers }, publicUrl);
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
])('accepts a program or an own page: %j', (headers) => {
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
])('refuses a page of another site: %j', (headers) => {
  expect(refusal(headers)).not.toBeNull();
});

test('names both values in the refusal, and the header that a proxy must pass on', () => {
  expect(refusal({ host: '127.0.0.1:2006', origin: 'http://events.example.com' })).toBe(
    'a page of "http://events.example.com" may not change anything at "127.0.0.1:2006"; behind a proxy, set public-url, or make the proxy pass the Host header on (nginx: proxy_set_header Host $http_host;)',
  );
});

test('accepts a page of public-url, whatever host a proxy sends, and no others', () => {
  const url = 'https://events.example.com/anthracite';
  const headers = { host: '127.0.0.1:2006', origin: 'https://events.example.com' };
  expect(refusal(headers)).not.toBeNull();
  expect(refusal(headers, url)).toBeNull();
  for (const origin of ['http://events.example.com', 'https://events.example.com:8443', 'null']) {
    expect(refusal({ ...headers, origin }, url)).not.toBeNull();
  }
  expect(refusal({ ...headers, 'sec-fetch-site': 'cross-site' }, url)).not.toBeNull();
});

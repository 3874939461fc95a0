// The invented company of the demo: an online shop, its projects, hosts and people.

/** A project: developed and deployed as a unit. */
export interface Project {
  readonly name: string;
  /** The role of its hosts in Puppet or Chef. */
  readonly role: string;
  readonly tool: 'puppet' | 'chef';
  readonly hosts: readonly string[];
  /** Deployments on a workday. */
  readonly perDay: number;
  /** The share of deployments that break something, from 0 to 1. */
  readonly risk: number;
  /** Titles of incidents. */
  readonly troubles: readonly string[];
  /** Subjects of commits. */
  readonly work: readonly string[];
}

const hostsOf = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${name}${String(i + 1).padStart(2, '0')}.example.com`);

export const projects: readonly Project[] = [
  {
    name: 'shop',
    role: 'web',
    tool: 'puppet',
    hosts: hostsOf('web', 16),
    perDay: 4,
    risk: 0.04,
    troubles: [
      'checkout fails for some users',
      'product pages time out',
      'shopping carts lose items',
      'the home page shows yesterday’s offers',
      'images are missing on category pages',
    ],
    work: [
      'Show delivery dates in the cart',
      'Load product images lazily',
      'Remember the last filter of a category',
      'Upgrade the session library',
      'Add a new checkout layout (feature flag)',
      'Cache the menu for one minute',
      'Fix rounding of discounts in CHF',
      'Allow several gift cards per order',
      'Reduce JavaScript on product pages',
      'Accept addresses without a house number',
    ],
  },
  {
    name: 'mobile-api',
    role: 'api',
    tool: 'chef',
    hosts: hostsOf('api', 8),
    perDay: 2,
    risk: 0.05,
    troubles: [
      'users cannot log in to the app',
      'push notifications arrive twice',
      'order history is empty in the app',
      'the app is slow on first start',
    ],
    work: [
      'Paginate the order history',
      'Drop support for app version 3',
      'Retry push notifications with longer backoff',
      'Sign in with a passkey',
      'Compress responses with brotli',
      'Move device tokens to a separate table',
    ],
  },
  {
    name: 'search',
    role: 'search',
    tool: 'chef',
    hosts: hostsOf('search', 6),
    perDay: 1.2,
    risk: 0.04,
    troubles: [
      'search is slow',
      'search returns no results for common words',
      'suggestions are in the wrong language',
    ],
    work: [
      'Add synonyms for shoe sizes',
      'Rank items in stock first',
      'Rebuild the index without downtime',
      'Stem German plurals',
      'Log queries without results',
    ],
  },
  {
    name: 'payments',
    role: 'payments',
    tool: 'puppet',
    hosts: hostsOf('pay', 4),
    perDay: 0.6,
    risk: 0.07,
    troubles: ['card payments are declined', 'refunds take hours', 'paid orders are not confirmed'],
    work: [
      'Retry with the fallback provider',
      'Rotate the gateway keys',
      'Store amounts in minor units',
      'Report chargebacks daily',
    ],
  },
  {
    name: 'warehouse',
    role: 'warehouse',
    tool: 'puppet',
    hosts: hostsOf('wh', 3),
    perDay: 0.5,
    risk: 0.03,
    troubles: ['stock levels are one hour old', 'the warehouse cannot print labels'],
    work: ['Batch stock updates', 'Print labels for two carriers', 'Weigh parcels before sealing'],
  },
];

/** Hosts that belong to no project; nothing is deployed to them. */
export const infrastructure: readonly Pick<Project, 'role' | 'hosts'>[] = [
  { role: 'database', hosts: hostsOf('db', 6) },
  { role: 'cache', hosts: hostsOf('cache', 4) },
  { role: 'loadbalancer', hosts: hostsOf('lb', 2) },
  { role: 'queue', hosts: hostsOf('mq', 3) },
];

export const people: readonly string[] = [
  'anna',
  'bilal',
  'carmen',
  'dieter',
  'emeka',
  'fatima',
  'goran',
  'hanna',
  'ines',
];

/** The tag of events in production. */
export const environmentTag = 'env=production';

// The company whose events the demo has: a shop on the web, its projects, hosts and people. Nothing of it exists.

/** What is developed and deployed as one. */
export interface Project {
  readonly name: string;
  /** What Puppet or Chef call its machines. */
  readonly role: string;
  readonly tool: 'puppet' | 'chef';
  readonly hosts: readonly string[];
  /** Deployments on a workday. */
  readonly perDay: number;
  /** How many of these break something, from 0 to 1. */
  readonly risk: number;
  /** What users see when it is broken. */
  readonly troubles: readonly string[];
  /** What is worked on. */
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
      'baskets lose what was put into them',
      'the start page shows yesterday’s offers',
      'images are missing on category pages',
    ],
    work: [
      'Show delivery dates in the basket',
      'Load product images lazily',
      'Remember the last filter of a category',
      'Upgrade the session library',
      'New layout of the checkout, behind a flag',
      'Cache the menu for a minute',
      'Fix rounding of discounts in CHF',
      'Gift cards can be combined',
      'Less JavaScript on product pages',
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
      'the app cannot log in',
      'push messages arrive twice',
      'order history is empty in the app',
      'the app is slow on first start',
    ],
    work: [
      'Paginate the order history',
      'Drop support for app version 3',
      'Retry push messages with a longer pause',
      'Sign in with a passkey',
      'Compress answers with brotli',
      'Move device tokens to their own table',
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
      'search finds nothing for common words',
      'suggestions are in the wrong language',
    ],
    work: [
      'Synonyms for shoe sizes',
      'Rank what is in stock first',
      'Rebuild the index without downtime',
      'Stem German plurals',
      'Log queries that find nothing',
    ],
  },
  {
    name: 'payments',
    role: 'payments',
    tool: 'puppet',
    hosts: hostsOf('pay', 4),
    perDay: 0.6,
    risk: 0.07,
    troubles: ['card payments are declined', 'refunds wait for hours', 'orders are paid but not confirmed'],
    work: [
      'Second attempt with the fallback provider',
      'Rotate the keys of the gateway',
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
    troubles: ['stock levels are an hour old', 'labels are not printed in the warehouse'],
    work: [
      'Batch the stock updates',
      'Print labels for two carriers',
      'Weigh parcels before they are closed',
    ],
  },
];

/** Machines of no project, which nobody deploys to. */
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

/** Deployed, configured and broken here: what all of it has in common. */
export const environmentTag = 'env=production';

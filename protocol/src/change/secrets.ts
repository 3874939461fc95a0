// Hides what looks like a secret in text that was cleaned. Pure. It is a net, not a wall: what is never needed
// (old and new values, diffs, attributes) is not read in the first place.
// The Ruby processors do the same, to the byte: see puppet-reporter/module/lib/puppet_x/anthracite/sender.rb.

const mask = '***';

// Upper and lower case are spelt out: ignoring case means more letters to Ruby (Kelvin's sign) than here.
const anyCase = (word: string): string => word.replace(/[a-z]/g, (c) => `[${c.toUpperCase()}${c}]`);

const keyWords = [
  'passwords?',
  'passwd',
  'passphrase',
  'pwd',
  'secrets?',
  'tokens?',
  'api[_-]?key',
  'access[_-]?key',
  'private[_-]?key',
  'credentials?',
  'authorization',
  'cookie',
];
const key = `(?:${keyWords.map((word) => word.replace(/[a-z]+/g, anyCase)).join('|')})[A-Za-z0-9_-]*`;
const pass = `(?<![A-Za-z0-9])${anyCase('pass')}`;
const scheme = `(?:(?:${['bearer', 'basic', 'token', 'digest'].map(anyCase).join('|')}) )?`;
// A quoted text, to its end or that of the text; or all up to the next space.
const value = `(?:"(?:[^"\\\\]|\\\\.)*(?:"|$)|'(?:[^'\\\\]|\\\\.)*(?:'|$)|[^ ]+)`;

const rules: readonly (readonly [RegExp, string])[] = [
  // -----BEGIN RSA PRIVATE KEY-----
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, mask],
  // postgres://app:secret@db01/
  [/(:\/\/[^ /:@]*:)[^ /]*@/g, `$1${mask}@`],
  // password=secret, "api_key": "secret", Authorization: Bearer secret
  [new RegExp(`((?:${key}|${pass})["']? ?(?:=>|=|:) ?${scheme})${value}`, 'g'), `$1${mask}`],
  // --db-password secret
  [new RegExp(`((?<![^ ])--?[A-Za-z0-9_-]*?(?:${key}|${pass}) +)(?!-)${value}`, 'g'), `$1${mask}`],
  // curl -u admin:secret
  [/((?<![^ ])(?:-u|--user|--proxy-user)[ =]?[^ :]+:)[^ ]+/g, `$1${mask}`],
  // mysql -psecret
  [new RegExp(`((?:mysql|mariadb|sshpass)[^|;&]*? -p)${value}`, 'g'), `$1${mask}`],
  [new RegExp(`(?<![A-Za-z0-9])(${anyCase('bearer')} )[A-Za-z0-9._~+/=-]{8,}`, 'g'), `$1${mask}`],
  // Keys that are known by their look: AWS, GitHub, GitLab, Slack, and JSON Web Tokens.
  [
    /(?<![A-Za-z0-9])(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|glpat-[A-Za-z0-9_-]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}[A-Za-z0-9._-]*)/g,
    mask,
  ],
];

/** The text with `***` in the place of values that look like secrets. Clean the text first: it must be one line. */
export function maskSecrets(text: string): string {
  return rules.reduce((masked, [form, replacement]) => masked.replace(form, replacement), text);
}

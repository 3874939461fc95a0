// Removes unchanged resources from a report by a scan of its lines, so that only the other resources are parsed as YAML.
//
// Most of a report are such resources, and parsing takes 0.1 s per megabyte. A resource is removed only if each of its lines has
// the form in which Puppet 5 to 8 writes an unchanged resource, in Puppet's order. Everything else stays for the parser.

import { matchesGlob } from '@anthracite/protocol/change';

const firstLine = '--- !ruby/object:Puppet::Transaction::Report\n';
const headBytes = 1_500;
const begin = '\nresource_statuses:\n';

// A text on one line with a certain end and value: ASCII, bare or in quotes.
const bare = '[A-Za-z0-9/_.~(<$+=^](?:[!-9;-~]|:(?![ \\n])| (?![#\\n ]))*';
const single = "'(?:[ -&(-~]|'')*'";
const double = '"(?:[ !#-[\\]-~]|\\\\(?:["\\\\nrte/]|x[0-9A-F]{2}|u[0-9A-F]{4}))*"';
const text = `(?:${bare}|${single}|${double})`;
const items = `(?: {4}- ${text}\\n)*`;

// Lines of a resource, in the order of Puppet::Resource::Status#to_data_hash.
const idle = new RegExp(
  [
    ` {2}${text}:\\n {4}title: ${text}\\n {4}file:(?: ${text})?\\n {4}line:(?: \\d+)?\\n`,
    ` {4}resource: ${text}\\n {4}resource_type: ${text}\\n(?: {4}provider_used:(?: ${text})?\\n)?`,
    ` {4}containment_path:\\n${items} {4}evaluation_time:(?: [-+.0-9e]+)?\\n {4}tags:\\n(${items})`,
    " {4}time: '[-+:.0-9T]+'\\n {4}failed: false\\n(?: {4}failed_to_restart: false\\n)?",
    ' {4}changed: false\\n {4}out_of_sync: false\\n {4}skipped: false\\n {4}change_count: 0\\n',
    ' {4}out_of_sync_count: 0\\n {4}events: \\[\\]\\n(?: {4}corrective_change: false\\n)?',
    // Another resource or a field of the report follows.
    '(?= {2}[^ \\n]|[a-z])',
  ].join(''),
  'y',
);

/**
 * The report without unchanged resources, or the report itself if it is not certain that Puppet wrote it. The first resource stays,
 * and the first one with a tag that matches `rolePattern`, so that the result has the same event as the report.
 */
export function withoutIdleResources(body: Uint8Array, rolePattern: string): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const report = bytes.toString('latin1');
  if (!report.startsWith(firstLine)) return body;
  if (!/^report_format: 1[0-2]$/m.test(report.slice(0, headBytes).split(/^logs:/m)[0] ?? '')) return body;
  const at = report.indexOf(begin);
  if (at === -1 || report.indexOf(begin, at + 1) !== -1) return body;
  const role = new RoleSearch(rolePattern);
  const kept: string[] = [];
  let keptFrom = 0;
  let from = at + begin.length;
  for (let isFirst = true; report.startsWith('  ', from); isFirst = false) {
    idle.lastIndex = from;
    const [whole, tags = ''] = idle.exec(report) ?? [];
    const end = whole === undefined ? endOfEntry(report, from) : from + whole.length;
    if (whole !== undefined && !isFirst && !role.isIn(tags)) {
      kept.push(report.slice(keptFrom, from));
      keptFrom = end;
    }
    from = end;
  }
  if (kept.length === 0) return body;
  kept.push(report.slice(keptFrom));
  return Buffer.from(kept.join(''), 'latin1');
}

// An entry ends before the next line that is indented by two or not at all.
const nextEntry = /\n(?=(?: {2})?[^ \n])/g;

function endOfEntry(report: string, from: number): number {
  nextEntry.lastIndex = from;
  const found = nextEntry.exec(report);
  return found === null ? report.length : found.index + 1;
}

// Looks for the first tag that is a role, in lines such as `    - role::web`.
class RoleSearch {
  readonly #pattern: string;
  readonly #others = new Set<string>();
  #isFound: boolean;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#isFound = pattern === '';
  }

  /** True if these tags contain the role, or may contain it, and it was not found before. */
  isIn(tags: string): boolean {
    if (this.#isFound) return false;
    for (const line of tags.split('\n')) {
      if (line === '' || this.#others.has(line)) continue;
      const tag = line.slice('    - '.length);
      // A quoted text, a possible number or an empty value is left to the parser.
      if (!/^[A-Za-z_]/.test(tag) || /^(?:true|false|null)$/.test(tag)) return true;
      if (matchesGlob(this.#pattern, tag)) {
        this.#isFound = true;
        return true;
      }
      this.#others.add(line);
    }
    return false;
  }
}

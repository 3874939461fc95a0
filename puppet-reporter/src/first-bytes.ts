// What a body's first and last bytes tell: that it is no report, or one of a run in which nothing happened, as most are.

const headBytes = 1_500;
const tailBytes = 400;
const shownBytes = 256;
const shownChars = 20;

/**
 * True when the body is a report, as Puppet writes it in YAML, of a run that changed nothing. False when it is not, or may
 * not be: such a report must be read. A log message cannot begin a line here: what is nested is indented.
 */
export function isPlainlyUnchanged(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const head = bytes.toString('latin1', 0, headBytes);
  if (!head.startsWith('--- !ruby/object:Puppet::Transaction::Report\n')) return false;
  // The head ends where the logs begin: below, texts of strangers may stand at the start of a line.
  const [fields = '', ...rest] = head.split(/^logs:/m);
  const tail = bytes.toString('latin1', Math.max(0, bytes.length - tailBytes));
  return (
    rest.length > 0 &&
    /^status: unchanged$/m.test(fields) &&
    /^noop_pending: false$/m.test(fields) &&
    /^host: \S/m.test(fields) &&
    /^cached_catalog_status: (?:not_used|explicitly_requested)$/m.test(tail)
  );
}

/** True when the body begins as a report does, in YAML or JSON. A page, an archive or a form does not. */
export function beginsAsReport(body: Uint8Array): boolean {
  return /^(?:---|\{|[a-z_]+: )/.test(beginOf(body));
}

/** The first characters of a body, for the sentence that refuses it. */
export function beginOf(body: Uint8Array): string {
  const begin = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, shownBytes));
  return begin
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
    .slice(0, shownChars);
}

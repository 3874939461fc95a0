// Tells from a report's first and last bytes that nothing happened in the run. Most reports are such, and big.

const headBytes = 1_500;
const tailBytes = 400;

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

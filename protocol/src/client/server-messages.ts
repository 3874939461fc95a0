// Splits a stream of Server-Sent Events into messages. Knows no socket, and not what a message holds. The parsers of
// others pass over messages that have an id and no data, which tell here how far the stream has come.

/** A message of the stream; what it does not have is `''`. */
export interface ServerMessage {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** A message has two events at most; this is more than they can have. */
const maxMessageChars = 32 * 1_048_576;
const lineEnd = /\r\n|\n|\r(?!$)/;

/** Takes the text of a stream piece by piece, and returns the messages that it completes. Throws for one without end. */
export function createMessageReader(): (text: string) => ServerMessage[] {
  let rest = '';
  let message = { event: '', id: '', data: [] as string[] };
  let length = 0;
  return (text) => {
    const messages: ServerMessage[] = [];
    const lines = (rest + text).split(lineEnd);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      length += line.length;
      if (line === '') {
        const { event, id, data } = message;
        if (event !== '' || id !== '' || data.length > 0) messages.push({ event, id, data: data.join('\n') });
        message = { event: '', id: '', data: [] };
        length = 0;
        continue;
      }
      const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'event') message.event = value;
      else if (field === 'id') message.id = value;
      else if (field === 'data') message.data.push(value);
    }
    if (length + rest.length > maxMessageChars) throw new Error('a message of the stream has no end');
    return messages;
  };
}

// Splits a stream of Server-Sent Events into messages. Other parsers ignore messages with an id and no data, which carry the
// position of the stream here.

/** A message of the stream; missing fields are `''`. */
export interface ServerMessage {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** A message has at most two events; this is more than their maximum size. */
const maxMessageChars = 32 * 1_048_576;
const lineEnd = /\r\n|\n|\r(?!$)/;

/** Returns a function that takes the next text of a stream and returns the completed messages. It throws if a message is too long. */
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

// A reader of a live stream that keeps the received messages.

import { get, type IncomingMessage } from 'node:http';

export interface Message {
  readonly name: string;
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: data of several shapes
  readonly data: any;
}

export class Follower {
  readonly messages: Message[] = [];
  lastId = '';
  heartbeats = 0;
  isEnded = false;
  #response: IncomingMessage | undefined;

  static open(url: string, lastEventId?: string): Promise<Follower> {
    const follower = new Follower();
    return new Promise((resolve, reject) => {
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      get(url, { headers }, (response) => {
        follower.#response = response;
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
          for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
            follower.#take(text.slice(0, end));
            text = text.slice(end + 2);
            resolve(follower);
          }
        });
        response.on('close', () => {
          follower.isEnded = true;
        });
        response.on('error', () => {});
      }).on('error', reject);
    });
  }

  #take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/, 2) as [string, string]));
    this.lastId = fields.get('id') ?? this.lastId;
    const data = fields.get('data');
    if (data === undefined) this.heartbeats++;
    else this.messages.push({ name: fields.get('event') ?? '', id: this.lastId, data: JSON.parse(data) });
  }

  close(): void {
    this.#response?.destroy();
  }
}

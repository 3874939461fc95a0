// Makes the table of events live: what comes is drawn, what changes is drawn anew, and the keyboard reaches all of it.

import { EventStream, type StreamState } from './live/event-stream';
import { addKeys } from './live/keys';
import { LiveTable } from './live/live-table';
import { Newcomers } from './live/newcomers';

const root = document.querySelector<HTMLElement>('#events');
const bar = document.querySelector<HTMLButtonElement>('#news');
const status = document.querySelector<HTMLElement>('#live');

if (root !== null && bar !== null && status !== null) {
  const table = new LiveTable(root, root.dataset['zone'] ?? 'UTC');
  const newcomers = new Newcomers(table, bar, root.dataset['group'] !== undefined);
  addKeys({ root, showNews: () => newcomers.show() });
  const address = root.dataset['stream'];
  if (address !== undefined) {
    new EventStream(address, {
      onEvent: (event) => newcomers.add(event),
      onChange: (id) => newcomers.change(id),
      onReset: () => newcomers.renew(),
      onState: (state) => tell(status, state),
    }).open();
  }
}

const sentences: Readonly<Record<StreamState, string>> = {
  live: 'Live',
  away: 'Not connected; trying again',
};

function tell(status: HTMLElement, state: StreamState): void {
  status.hidden = false;
  status.classList.toggle('away', state === 'away');
  if (status.textContent !== sentences[state]) status.textContent = sentences[state];
}

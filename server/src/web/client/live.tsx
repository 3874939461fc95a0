// Makes the table of events live: shows new and changed events, and adds keyboard shortcuts.

import './parts/own-links';
import { addDensitySwitch } from './live/density';
import { EventStream, type StreamState } from './live/event-stream';
import { addKeys } from './live/keys';
import { LiveTable } from './live/live-table';
import { NewEvents } from './live/new-events';
import { Surroundings } from './live/surroundings';
import { ownAddress } from './parts/own-address';

const root = document.querySelector<HTMLElement>('#events');
const bar = document.querySelector<HTMLButtonElement>('#news');
const status = document.querySelector<HTMLElement>('#live');

if (root !== null && bar !== null && status !== null) {
  const surroundings = new Surroundings();
  const table = new LiveTable(root, root.dataset['zone'] ?? 'UTC', (page) => surroundings.take(page));
  const newEvents = new NewEvents(table, bar);
  addDensitySwitch(root);
  addKeys({ root, showNews: () => newEvents.show() });
  const address = root.dataset['stream'];
  if (address !== undefined) {
    new EventStream(ownAddress(address), {
      onEvent: (event) => {
        newEvents.add(event);
        surroundings.follow(event);
      },
      onChange: (id) => newEvents.change(id),
      onReset: () => newEvents.renew(),
      onState: (state) => tell(status, state),
    }).open();
  }
}

const sentences: Readonly<Record<StreamState, string>> = {
  live: 'Live',
  away: 'Disconnected; reconnecting',
};

function tell(status: HTMLElement, state: StreamState): void {
  status.hidden = false;
  status.classList.toggle('away', state === 'away');
  if (status.textContent !== sentences[state]) status.textContent = sentences[state];
}

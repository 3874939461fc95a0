// Makes the timeline live: what it shows first is asked for while the library that draws it is on its way.

import { type TimelineStart, withRoom } from '../timeline/timeline-address';
import { loadScene } from './timeline/scene';
import { ServerData } from './timeline/server-data';

async function open(section: HTMLElement): Promise<void> {
  const start = JSON.parse(section.dataset['timeline'] ?? '{}') as TimelineStart;
  const data = new ServerData(start.zone);
  const range = start.view.until === null ? withRoom(start.range) : start.range;
  const first = loadScene(data, start.view, range, section.clientWidth, start);
  // It is waited for where it is drawn.
  first.catch(() => undefined);
  const { LiveTimeline } = await import('./timeline/live-timeline');
  new LiveTimeline(section, { ...start, range }, data, first);
}

const section = document.getElementById('timeline');
if (section !== null) void open(section);

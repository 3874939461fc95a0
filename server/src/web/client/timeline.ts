// Makes the timeline live: what it shows first is asked for while the library that draws it is on its way.

import type { TimelineStart } from '../timeline/timeline-address';
import { loadScene } from './timeline/scene';
import { ServerData } from './timeline/server-data';

async function open(section: HTMLElement): Promise<void> {
  const start = JSON.parse(section.dataset['timeline'] ?? '{}') as TimelineStart;
  const data = new ServerData(start.zone);
  // The axis will be as long as the bars above it.
  const width = section.querySelector('[data-part="bars"]')?.clientWidth ?? 0;
  const first = loadScene(data, start.view, start.range, width, start);
  // It is waited for where it is drawn.
  first.catch(() => undefined);
  const { LiveTimeline } = await import('./timeline/live-timeline');
  new LiveTimeline(section, start, data, first);
}

const section = document.getElementById('timeline');
if (section !== null) void open(section);

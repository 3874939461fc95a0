// Starts the live timeline. Requests its data while the drawing library loads.

import './parts/own-links';
import type { TimelineStart } from '../timeline/timeline-address';
import { loadScene } from './timeline/scene';
import { ServerData } from './timeline/server-data';

async function open(section: HTMLElement): Promise<void> {
  const start = JSON.parse(section.dataset['timeline'] ?? '{}') as TimelineStart;
  const data = new ServerData(start.zone);
  // The axis will have the width of the bars above it.
  const width = section.querySelector('[data-part="bars"]')?.clientWidth ?? 0;
  const first = loadScene(data, start.view, start.range, width, start);
  // The error is handled where the scene is drawn.
  first.catch(() => undefined);
  const { LiveTimeline } = await import('./timeline/live-timeline');
  new LiveTimeline(section, start, data, first);
}

const section = document.getElementById('timeline');
if (section !== null) void open(section);

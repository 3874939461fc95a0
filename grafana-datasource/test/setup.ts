// Parts of a browser that jsdom lacks.

import '@testing-library/jest-dom';
import { TextDecoder, TextEncoder } from 'node:util';

Object.assign(globalThis, { TextDecoder, TextEncoder });

class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
Object.assign(globalThis, { IntersectionObserver: NoObserver, ResizeObserver: NoObserver });
Object.defineProperty(globalThis, 'matchMedia', {
  writable: true,
  value: () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }),
});

// Long lists show as many options as fit; in jsdom nothing has a size.
const size = { width: 200, height: 300 };
for (const [name, value] of Object.entries({
  clientWidth: size.width,
  clientHeight: size.height,
  offsetWidth: size.width,
  offsetHeight: size.height,
})) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, value });
}
Element.prototype.getBoundingClientRect = () =>
  ({ ...size, top: 0, left: 0, right: size.width, bottom: size.height, x: 0, y: 0 }) as DOMRect;
HTMLCanvasElement.prototype.getContext = (() => ({
  measureText: (text: string) => ({ width: text.length * 8 }),
})) as unknown as HTMLCanvasElement['getContext'];

// Links and keys that change the range.

/** A move by half of the view, a zoom, or a jump to now. */
export type Step = 'earlier' | 'later' | 'in' | 'out' | 'now';

const stepOf: Readonly<Record<string, Step>> = {
  ArrowLeft: 'earlier',
  ArrowRight: 'later',
  '+': 'in',
  '=': 'in',
  '-': 'out',
  n: 'now',
};

export interface Steering {
  readonly onStep: (step: Step) => void;
  /** Called with the start of a quick range, such as `-1d`. */
  readonly onNear: (from: string) => void;
  readonly onEscape: () => void;
}

/** Handles the links of a section and the keys of its page. */
export function addSteering(section: HTMLElement, { onStep, onNear, onEscape }: Steering): void {
  section.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('[data-near], [data-move]');
    if (link === null || isForAnotherWindow(event)) return;
    event.preventDefault();
    const { near, move } = link.dataset;
    if (near !== undefined) onNear(near);
    else onStep(move as Step);
  });
  // On the whole document, because the focused element may disappear while users pan.
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if ((event.target as Element).matches('input, select, textarea')) return;
    const step = stepOf[event.key];
    if (event.key === 'Escape') onEscape();
    if (step === undefined) return;
    event.preventDefault();
    onStep(step);
  });
}

/** True for a click that opens a link in another tab or window. */
export function isForAnotherWindow(event: MouseEvent): boolean {
  return event.ctrlKey || event.metaKey || event.shiftKey;
}

// Links and keys that lead to another range: by hand, without the chart.

/** Half a view to the side, closer or farther, or to now. */
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
  /** A range up to now, as it is asked for: `-1d`. */
  readonly onNear: (from: string) => void;
  readonly onEscape: () => void;
}

/** Takes the links of a section, and the keys of its page. */
export function addSteering(section: HTMLElement, { onStep, onNear, onEscape }: Steering): void {
  section.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('[data-near], [data-move]');
    if (link === null || isForAnotherWindow(event)) return;
    event.preventDefault();
    const { near, move } = link.dataset;
    if (near !== undefined) onNear(near);
    else onStep(move as Step);
  });
  // Not only of the section: what had the focus may go out of sight while one pans.
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

/** True for a click by which browsers open a link elsewhere. */
export function isForAnotherWindow(event: MouseEvent): boolean {
  return event.ctrlKey || event.metaKey || event.shiftKey;
}

// A tooltip for the item under the pointer or with the focus. Its text is in `data-tip`.

const distancePixels = 14;

/** Adds the tooltip to the items of an element. */
export function addPeek(ground: HTMLElement): void {
  const peek = document.createElement('div');
  peek.className = 'timeline-peek';
  peek.hidden = true;
  // Screen readers read the item's label instead.
  peek.ariaHidden = 'true';
  ground.append(peek);
  const show = (event: Event): void => {
    const item = (event.target as Element).closest<HTMLElement>('[data-tip]');
    peek.hidden = item === null;
    if (item === null) return;
    peek.textContent = item.dataset['tip'] ?? '';
    const box = item.getBoundingClientRect();
    const x = event instanceof PointerEvent ? event.clientX : Math.max(0, box.left);
    place(peek, x, box.bottom);
  };
  const hide = (): void => {
    peek.hidden = true;
  };
  ground.addEventListener('pointerover', show);
  ground.addEventListener('focusin', show);
  ground.addEventListener('pointerleave', hide);
  ground.addEventListener('focusout', hide);
  ground.addEventListener('pointerdown', hide);
}

function place(peek: HTMLElement, x: number, below: number): void {
  const { offsetWidth, offsetHeight } = peek;
  const left = Math.max(4, Math.min(x + distancePixels, innerWidth - offsetWidth - 4));
  const isRoom = below + offsetHeight + distancePixels < innerHeight;
  peek.style.left = `${left}px`;
  peek.style.top = `${isRoom ? below + 4 : below - offsetHeight - 2.5 * distancePixels}px`;
}

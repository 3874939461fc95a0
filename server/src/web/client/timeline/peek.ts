// A word on what is under the pointer or has the focus. What it says stands in `data-told`, as text.

const distancePixels = 14;

/** Shows it over the items of a ground. */
export function addPeek(ground: HTMLElement): void {
  const peek = document.createElement('div');
  peek.className = 'timeline-peek';
  peek.hidden = true;
  // Whoever cannot see it is told by the item's own label.
  peek.ariaHidden = 'true';
  ground.append(peek);
  const show = (event: Event): void => {
    const item = (event.target as Element).closest<HTMLElement>('[data-told]');
    peek.hidden = item === null;
    if (item === null) return;
    peek.textContent = item.dataset['told'] ?? '';
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

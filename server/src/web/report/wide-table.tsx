// A table that can be wider than the window: only the table scrolls, also with the keyboard.

import type { ComponentChildren } from 'preact';

/** The frame of a table; `label` is its name for screen readers. */
export function WideTable({
  label,
  kind = '',
  children,
}: {
  readonly label: string;
  /** A further CSS class. */
  readonly kind?: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls.
    <section class={kind === '' ? 'sideways' : `sideways ${kind}`} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

// What tests wait for, in place of a time that is never the right one.

// Short at first; a condition that asks a server costs both some time each time.
const firstPauseMs = 5;
const longestPauseMs = 50;
const growth = 1.5;

/** Waits until a condition holds; fails after `seconds`, and says what it waited for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  seconds = 30,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  let pauseMs = firstPauseMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} seconds in vain until ${what}`);
    const pause = pauseMs;
    await new Promise((resolve) => setTimeout(resolve, pause));
    pauseMs = Math.min(pauseMs * growth, longestPauseMs);
  }
}

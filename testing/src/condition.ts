// Waits for conditions in tests, instead of fixed times.

// Short at first, then longer, because conditions that query a server take time.
const firstPauseMs = 5;
const longestPauseMs = 50;
const growth = 1.5;

/** Waits until a condition is true; fails after `seconds` with a description of the condition. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  seconds = 30,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  let pauseMs = firstPauseMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} seconds: ${what}`);
    const pause = pauseMs;
    await new Promise((resolve) => setTimeout(resolve, pause));
    pauseMs = Math.min(pauseMs * growth, longestPauseMs);
  }
}

// Limits how long the end of threads is waited for.

/** Whether something is done within a time in milliseconds. */
export async function isDoneWithin(ms: number, done: Promise<unknown>): Promise<boolean> {
  if (ms === Number.POSITIVE_INFINITY) return done.then(() => true);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  return Promise.race([done.then(() => true), late]).finally(() => clearTimeout(timer));
}

// Stops this process cleanly when the npm that runs it has ended: a killed npm passes on no signal, and the ports would stay in use.

const lookMs = 1_000;

/** Sends SIGTERM to this process when the npm that runs it, if any, ends. */
export function endWithParent() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, lookMs);
  timer.unref();
}

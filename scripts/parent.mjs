// Stops us in order when the npm that runs us has ended: killed, it passes no signal on, and would leave us with our ports.

const lookMs = 1_000;

/** From now on the end of the npm that runs us, if one does, is a SIGTERM to us. */
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

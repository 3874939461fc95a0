// Says what is done and for how long: on a terminal in one line that is kept up to date, elsewhere a line now and then.

const tickMs = process.stderr.isTTY ? 500 : 15_000;

/** Begins a step. `update` changes its text, `end` says how long it took. One step at a time. */
export function beginStep(text) {
  const beganMs = performance.now();
  let shown = text;
  let isOpen = false;
  const seconds = () => `${Math.round((performance.now() - beganMs) / 1_000)} s`;
  const draw = () => {
    if (!process.stderr.isTTY) return say(`${shown} (${seconds()}) ...`);
    process.stderr.write(`\r\x1b[Kanthracite: ${shown} (${seconds()}) ...`);
    isOpen = true;
  };
  const close = () => {
    if (isOpen) process.stderr.write('\r\x1b[K');
    isOpen = false;
  };
  const timer = setInterval(draw, tickMs);
  if (process.stderr.isTTY) draw();
  else say(`${text} ...`);
  return {
    update(newText) {
      shown = newText;
    },
    /** A sentence above the line of the step. */
    note(sentence) {
      close();
      say(sentence);
    },
    end(result) {
      clearInterval(timer);
      close();
      if (result !== undefined) say(`${result} (${seconds()})`);
    },
  };
}

/** A line on standard error. */
export function say(text) {
  process.stderr.write(`anthracite: ${text}\n`);
}

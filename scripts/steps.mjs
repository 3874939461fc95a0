// Shows the current step and its duration: on a terminal in one updated line, elsewhere in a line from time to time.

const tickMs = process.stderr.isTTY ? 500 : 15_000;

/** Starts a step. `update` changes its text, `end` prints its duration. One step at a time. */
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
    /** Prints a sentence above the line of the step. */
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

/** Prints a line to standard error. */
export function say(text) {
  process.stderr.write(`anthracite: ${text}\n`);
}

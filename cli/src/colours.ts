// Colours for a terminal: whether there are any, and what is shown in which. Knows no table.

import pico from 'picocolors';
import type { Environment } from './environment';

type Colour = (text: string) => string;

/** A colour for each part of what is shown. */
export interface Colours {
  readonly id: Colour;
  readonly time: Colour;
  readonly tags: Colour;
  /** What is said about an event, rather than by it. */
  readonly note: Colour;
  /** What is gone. */
  readonly gone: Colour;
  /** By the severity of an incident or a gain. */
  readonly type: (type: string) => Colour;
}

const severityForm = /(?:^|_)(incident|gain)_sev([1-4])(?:_|$)/;

/** The colours of standard output: none into a pipe or file, or where NO_COLOR asks for none (see no-color.org). */
export function createColours({ variables, stdout }: Environment): Colours {
  const isOff = (variables['NO_COLOR'] ?? '') !== '' || variables['TERM'] === 'dumb';
  const colours = pico.createColors(stdout.isTTY === true && !isOff);
  const { dim, yellow, magenta, red, green, cyan, bold, blue } = colours;
  const plain: Colour = (text) => text;
  const bySeverity: Readonly<Record<string, Colour>> = {
    incident1: (text) => colours.inverse(bold(red(text))),
    incident2: (text) => bold(red(text)),
    incident3: yellow,
    incident4: blue,
    gain1: (text) => colours.inverse(bold(green(text))),
    gain2: (text) => bold(green(text)),
    gain3: green,
    gain4: cyan,
  };
  return {
    id: dim,
    time: cyan,
    tags: dim,
    note: magenta,
    gone: red,
    type: (type) => {
      const [, kind = '', severity = ''] = severityForm.exec(type) ?? [];
      return bySeverity[kind + severity] ?? (colours.isColorSupported ? bold : plain);
    },
  };
}

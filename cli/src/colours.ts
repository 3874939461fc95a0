// Chooses the terminal colour for each part of the output.

import pico from 'picocolors';
import type { Environment } from './environment';

type Colour = (text: string) => string;

/** A colour for each part of the output. */
export interface Colours {
  readonly id: Colour;
  readonly time: Colour;
  readonly tags: Colour;
  /** Text about an event, such as who edited it. */
  readonly note: Colour;
  /** Deleted events. */
  readonly deleted: Colour;
  /** The colour of a type, by the severity of its incident or gain. */
  readonly type: (type: string) => Colour;
}

const severityForm = /(?:^|_)(incident|gain)_sev([1-4])(?:_|$)/;

/** The colours of standard output. Off in a pipe or file, with TERM=dumb, and with NO_COLOR (see no-color.org). */
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
    deleted: red,
    type: (type) => {
      const [, kind = '', severity = ''] = severityForm.exec(type) ?? [];
      return bySeverity[kind + severity] ?? (colours.isColorSupported ? bold : plain);
    },
  };
}

// Recognizes the variables that Kubernetes sets in every container for a Service whose name starts with "anthracite",
// and Docker for a link of that name. Pure.

import { isIP } from 'node:net';

const url = /^(?:tcp|udp|sctp):\/\/\S+:\d{1,5}$/;
const port = /^\d{1,5}$/;

// The suffixes after the name of the service, and the form of their values.
const forms: readonly (readonly [suffix: RegExp, isValue: (value: string) => boolean])[] = [
  [/_SERVICE_HOST$/, (value) => isIP(value) !== 0],
  [/_SERVICE_PORT(?:_[A-Z0-9_]+)?$/, (value) => port.test(value)],
  [/_PORT$/, (value) => url.test(value)],
  [/_PORT_\d{1,5}_(?:TCP|UDP|SCTP)(?:_START|_END)?$/, (value) => url.test(value)],
  [/_PORT_\d{1,5}_(?:TCP|UDP|SCTP)_ADDR$/, (value) => isIP(value) !== 0],
  [/_PORT_\d{1,5}_(?:TCP|UDP|SCTP)_PORT(?:_START|_END)?$/, (value) => port.test(value)],
  [/_PORT_\d{1,5}_(?:TCP|UDP|SCTP)_PROTO$/, (value) => /^(?:tcp|udp|sctp)$/.test(value)],
  // A Docker link: its name, and the variables of the other container.
  [/_NAME$/, (value) => /^\/[^/\s]+\/[^/\s]+$/.test(value)],
  [/_ENV_\w+$/, () => true],
];

/** Whether a variable belongs to a Kubernetes service or a Docker link, by its name and its value. */
export function isServiceVariable(name: string, value: string): boolean {
  if (!/^ANTHRACITE(?:_[A-Z0-9_]+)?_/.test(name)) return false;
  return forms.some(([suffix, isValue]) => suffix.test(name) && isValue(value));
}

// Warns at the start of a server about its doors: who can read and write, and who cannot. Pure.

import { isIP } from 'node:net';
import { formatAddress } from '@anthracite/protocol';
import { type Address, isLoopback } from '@anthracite/server/core';

/** The addresses and settings that the warnings depend on. */
export interface Doors {
  readonly http: readonly Address[];
  readonly tcp: readonly Address[];
  /** Networks that may send lines; empty for all. */
  readonly allowedNetworks: readonly string[];
  /** Names that HTTP requests may use besides IP addresses and localhost. */
  readonly hostNames: readonly string[];
  readonly hasAllowedHosts: boolean;
  readonly readingNeedsToken: boolean;
  readonly writingNeedsToken: boolean;
  readonly hasTokens: boolean;
  readonly hasAdmin: boolean;
}

/** A warning to log, and its addresses. */
export interface DoorWarning {
  readonly addresses: readonly string[];
  readonly message: string;
}

/** Warnings about doors that are open to other machines, and about access that nobody has. */
export function warnOfDoors(doors: Doors): DoorWarning[] {
  const { allowedNetworks, readingNeedsToken, writingNeedsToken, hasTokens, hasAdmin } = doors;
  const warnings: DoorWarning[] = [];
  const warn = (addresses: readonly Address[], message: string): void => {
    if (addresses.length > 0) warnings.push({ addresses: addresses.map(formatAddress), message });
  };
  const openHttp = doors.http.filter(({ host }) => !isLoopback(host));
  const openTcp = doors.tcp.filter(({ host }) => !isLoopback(host));
  const can = [readingNeedsToken ? '' : 'read', writingNeedsToken ? '' : 'write'].filter((one) => one !== '');
  if (can.length > 0) {
    const remedy = hasTokens
      ? 'the settings read-access and write-access allow it'
      : 'to require tokens: anthracite token create <name> --role admin';
    warn(openHttp, `everybody who can reach these addresses can ${can.join(' and ')} all events; ${remedy}`);
  }
  if (can.length > 0 && !doors.hasAllowedHosts) {
    const names = doors.hostNames.filter((name) => !isIP(name)).join(', ');
    warn(
      openHttp,
      `HTTP requests must use an IP address, localhost or a name of this machine (${names}); allowed-hosts adds other names`,
    );
  }
  if (allowedNetworks.length === 0) {
    warn(
      openTcp,
      writingNeedsToken
        ? 'lines are accepted only from this machine, because writing needs a token; to accept other networks, set tcp-allow'
        : 'everybody who can reach these addresses can send lines; to accept only some networks, set tcp-allow',
    );
  }
  if ((readingNeedsToken || writingNeedsToken) && !hasAdmin) {
    warn(
      doors.http,
      hasTokens
        ? 'no token has the role admin, so tokens cannot be created or revoked; to set one, use ANTHRACITE_TOKENS'
        : 'a token is required, but none exists yet; create one on this machine: anthracite token create <name> --role admin',
    );
  }
  return warnings;
}

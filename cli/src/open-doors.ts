// What whoever starts a server must know about its doors. Pure: addresses and settings in, sentences out.

import { isIP } from 'node:net';
import { type Address, formatAddress, isLoopback } from '@anthracite/server/core';

/** What the sentences depend on. */
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

/** A sentence to log, and the addresses that it is about. */
export interface DoorWarning {
  readonly addresses: readonly string[];
  readonly message: string;
}

/** What is open to others than this machine's programs, and what is closed to everybody. */
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
      ? 'read-access and write-access say so'
      : 'close them with a token: anthracite token create <name> --role admin';
    warn(openHttp, `whoever reaches these addresses can ${can.join(' and ')} all events; ${remedy}`);
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
        ? 'lines are taken from this machine only, because writing needs a token; tcp-allow names the networks that may send lines'
        : 'whoever reaches these addresses can send lines; tcp-allow names the networks that may',
    );
  }
  if ((readingNeedsToken || writingNeedsToken) && !hasAdmin) {
    warn(
      doors.http,
      hasTokens
        ? 'no token has the role admin, so none can be made or revoked; ANTHRACITE_TOKENS gives one'
        : 'a token is needed and there is none yet; make one on this machine: anthracite token create <name> --role admin',
    );
  }
  return warnings;
}

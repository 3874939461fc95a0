// Records the system calls of a program with strace, and reads the record.

import { readFileSync } from 'node:fs';

/** The command that starts a program and records its system calls in a file. The program stays the child. */
export function recorder(recordFile: string): readonly string[] {
  const calls = 'openat,pwrite64,write,writev,sendto,sendmsg,ftruncate,unlink,fsync,fdatasync';
  const whole = ['-xx', '-yy', '-s', '16777216'];
  return ['strace', '-D', '-f', '-qq', '--seccomp-bpf', ...whole, '-e', `trace=${calls}`, '-o', recordFile];
}

/** A call: it began before line `begun` of the record and ended by line `done`; Infinity if it never ended. */
export interface SystemCall {
  readonly name: string;
  readonly text: string;
  readonly begun: number;
  readonly done: number;
}

/** True for calls that write a file to the disk. */
export const isSync = (name: string): boolean => name === 'fsync' || name === 'fdatasync';

/** The bytes of a string or path in a record, one a character. */
export function decode(hex = ''): string {
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString('latin1');
}

// Lines such as: 1234  pwrite64(21<\x2f\x74>, "\x00...", 4096, 32) = 4096
// A call that another thread interrupts is split over two lines, and only the first has its arguments.
/** Reads a record: the calls in the order in which they began, without those that failed. */
export function readCalls(recordFile: string): SystemCall[] {
  const calls: { name: string; text: string; begun: number; done: number }[] = [];
  const open = new Map<string, (typeof calls)[number]>();
  readFileSync(recordFile, 'latin1')
    .split('\n')
    .forEach((line, number) => {
      const [, thread = '', isResumed, name, text = ''] =
        /^(\d+) +(?:(<\.\.\. )\w+ resumed>|(\w+)\()(.*)/.exec(line) ?? [];
      if (isResumed !== undefined) {
        const call = open.get(thread);
        if (call !== undefined) call.done = number;
      } else if (name !== undefined) {
        const isUnfinished = text.endsWith('<unfinished ...>');
        const call = { name, text, begun: number, done: isUnfinished ? Number.POSITIVE_INFINITY : number };
        if (/ = -1 E[A-Z]+/.test(text.slice(-80))) return;
        calls.push(call);
        if (isUnfinished) open.set(thread, call);
      }
    });
  return calls;
}

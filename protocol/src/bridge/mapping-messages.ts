// Messages between a program and the thread that maps its reports. Pure.

import type { ReportOrigin } from './waiting/report-file';

/** A report to map: its bytes, or its file. */
export type MappingRequest =
  | { readonly body: Uint8Array; readonly options: unknown }
  | { readonly file: string };

/** `read` comes first, and only for a file; exactly one of the other messages follows. */
export type MappingReply =
  | { readonly kind: 'read'; readonly origin: ReportOrigin }
  | { readonly kind: 'mapped'; readonly value: unknown }
  | { readonly kind: 'unmappable'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly code: string };

// The address of a page to share: it shows the same range and time zone to everybody, at any time.

import { formatTime, parseTime } from '@anthracite/protocol';
import { withParameters } from '../../../web/address';

/** The address with absolute times and the time zone `zone`. Times that are not valid stay as they are. */
export function shareAddress(self: string, zone: string, now: number): string {
  const { searchParams } = new URL(self, 'http://localhost');
  const [from, until] = [searchParams.getAll('from').at(-1) ?? '', searchParams.getAll('until').at(-1) ?? ''];
  const absolute = (typed: string): string => {
    const read = parseTime(typed, now, zone);
    return read.ok ? formatTime(read.value, 'UTC') : typed;
  };
  return withParameters(self, {
    ...(from !== '' && { from: absolute(from), until: absolute(until) }),
    ...(from === '' && until !== '' && { until: absolute(until) }),
    notice: null,
    tz: zone,
  });
}

// The request parameters of a query.

import { completeQuery } from '../src/query/complete-query';
import { formatParameters, timelineParameters } from '../src/request/parameters';

const range = { fromMs: 0, untilMs: 3_600_000 };

test('contains the set options, and no others', () => {
  const query = completeQuery({ refId: 'A', types: ['deploy_*', '!deploy_test'], allTags: ['env=prod'] });
  expect(formatParameters(timelineParameters(query, range, 'both', 7))).toBe(
    'from=1970-01-01T00%3A00%3A00.000Z&until=1970-01-01T01%3A00%3A00.000Z&type=deploy_*&type=%21deploy_test' +
      '&all=env%3Dprod&show=both&limit=7',
  );
});

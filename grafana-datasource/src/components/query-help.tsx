// Examples of queries, which Grafana shows when users ask for help. A click on one runs it.

import type { QueryEditorHelpProps } from '@grafana/data';
import { Button } from '@grafana/ui';
import React from 'react';
import type { AnthraciteQuery } from '../query/query';

const examples: readonly (readonly [
  label: string,
  meaning: string,
  query: Omit<AnthraciteQuery, 'refId'>,
])[] = [
  ['Deployments', 'Types that start with deploy_, as log lines.', { kind: 'logs', types: ['deploy_*'] }],
  [
    'Production, without tests',
    'The tag env=prod, and no type that ends in _test.',
    { kind: 'logs', types: ['!*_test'], allTags: ['env=prod'] },
  ],
  ['Rollbacks', 'The words in any text: type, tags and description.', { kind: 'logs', text: 'roll* back' }],
  [
    'Rollouts as one line',
    'Events with the same version within 30 minutes are one line.',
    { kind: 'logs', types: ['deploy_*', 'puppet'], groupBy: 'version', groupWindow: '30min' },
  ],
  ['Events per type', 'Counts over time.', { kind: 'counts', countBy: 'type' }],
  [
    'Open incidents',
    'Each with its severity, duration and time to detection.',
    { kind: 'spanTable', spanScale: 'incident', spanState: 'open' },
  ],
  [
    'Causes of the newest incident',
    'The changes before it, the most suspicious first.',
    { kind: 'suspects' },
  ],
  [
    'After the newest deployment',
    'The incidents that followed it.',
    { kind: 'followers', types: ['deploy_*'] },
  ],
  ['Report', 'TTD, TTR, uptime and deployment figures of the range.', { kind: 'report' }],
];

export function QueryHelp({ onClickExample, query }: QueryEditorHelpProps<AnthraciteQuery>) {
  return (
    <>
      <h2>Anthracite queries</h2>
      <p>
        In types and tags, <code>*</code> matches any characters. A type with <code>!</code> in front is
        excluded. Text accepts words, &quot;phrases&quot;, prefix* and -excluded. Variables work in all
        fields.
      </p>
      <ul>
        {examples.map(([label, meaning, example]) => (
          <li key={label}>
            <Button
              variant="secondary"
              size="sm"
              fill="text"
              onClick={() => onClickExample({ ...example, refId: query?.refId ?? 'A' })}
            >
              {label}
            </Button>
            {meaning}
          </li>
        ))}
      </ul>
    </>
  );
}

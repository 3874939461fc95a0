// Tables of the figures of a report, each with its definition and a link to its events or spans.

import type { DeliveryFigures } from '../../report/delivery';
import type { GainFigures, IncidentFigures } from '../../report/incident-figures';
import type { Summary } from '../../report/summary';
import { Figure } from '../figure';
import { type Definition, definitionParts } from './definitions';

/** Figures by name; a figure may be a summary of many durations. */
type Figures = IncidentFigures | GainFigures | DeliveryFigures;

/** Single figures and, below them, summaries of durations; `path` is the path of `figures` in the report. */
export function DefinedFigures({
  figures,
  definitions,
  path,
  href,
  isKnown,
}: {
  readonly figures: Figures;
  /** Whether there is any data. */
  readonly isKnown: boolean;
  readonly definitions: Readonly<Record<string, Definition>>;
  readonly path: string;
  readonly href: string;
}) {
  const entries = Object.entries(definitions);
  const values = figures as unknown as Readonly<Record<string, number | null | Summary>>;
  return (
    <>
      <table class="figures defined">
        <thead>
          <tr>
            <th scope="col">figure</th>
            <th scope="col">value</th>
            <th scope="col">definition</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(([name, { label, measure, text }]) =>
            measure === 'summary' ? null : (
              <tr key={name}>
                <th scope="row">{label}</th>
                <td>
                  <a href={href}>
                    <Figure
                      value={isKnown ? (values[name] as number | null) : null}
                      measure={measure}
                      name={`${path}.${name}`}
                    />
                  </a>
                </td>
                <td class="definition">
                  <DefinitionText text={text} />
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
      <table class="figures defined">
        <thead>
          <tr>
            <th scope="col">duration</th>
            <th scope="col">count</th>
            <th scope="col">mean</th>
            <th scope="col">median</th>
            <th scope="col">p90</th>
            <th scope="col">definition</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(([name, { label, measure, text }]) =>
            measure !== 'summary' ? null : (
              <tr key={name}>
                <th scope="row">{label}</th>
                <SummaryCells
                  summary={values[name] as Summary}
                  isKnown={isKnown}
                  path={`${path}.${name}`}
                  href={href}
                />
                <td class="definition">
                  <DefinitionText text={text} />
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </>
  );
}

function SummaryCells({
  summary,
  isKnown,
  path,
  href,
}: {
  readonly summary: Summary;
  readonly isKnown: boolean;
  readonly path: string;
  readonly href: string;
}) {
  return (
    <>
      <td>
        <a href={href}>
          <Figure value={isKnown ? summary.count : null} measure="count" name={`${path}.count`} />
        </a>
      </td>
      {(['meanMs', 'medianMs', 'p90Ms'] as const).map((name) => (
        <td key={name}>
          <Figure value={summary[name]} measure="duration" name={`${path}.${name}`} />
        </td>
      ))}
    </>
  );
}

function DefinitionText({ text }: { readonly text: string }) {
  return (
    <>
      {definitionParts(text).map((part, i) => (part.isCode ? <code key={i}>{part.text}</code> : part.text))}
    </>
  );
}

// Tables of the figures of a report, with their changes, links to their events or spans, and definitions.

import type { DeliveryFigures } from '../../report/delivery';
import type { GainFigures, IncidentFigures } from '../../report/incident-figures';
import type { PreviousPart } from '../../report/report';
import type { Summary } from '../../report/summary';
import { Figure } from '../figure';
import { Change, previousName } from './change';
import { type Definition, definitionParts } from './definitions';
import { WideTable } from './wide-table';

/** Figures by name; a figure may be a summary of many durations. */
type Figures = IncidentFigures | GainFigures | DeliveryFigures;

/** Single figures and summaries of durations; `path` is the path of `figures` in the report. */
export function DefinedFigures({
  figures,
  definitions,
  path,
  href,
  isKnown,
  previous,
}: {
  readonly figures: Figures;
  /** Whether there is any data. */
  readonly isKnown: boolean;
  readonly definitions: Readonly<Record<string, Definition>>;
  readonly path: string;
  readonly href: string;
  readonly previous: PreviousPart | null;
}) {
  const entries = Object.entries(definitions);
  const values = figures as unknown as Readonly<Record<string, number | null | Summary>>;
  const changeHead = previous !== null && <th scope="col">vs the {previousName(previous)} before</th>;
  return (
    <>
      <div class="figure-pair">
        <WideTable label="Figures">
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">figure</th>
                <th scope="col">value</th>
                {changeHead}
              </tr>
            </thead>
            <tbody>
              {entries.map(([name, { label, measure, better = null }]) =>
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
                    {previous !== null && (
                      <td>
                        <Change
                          changes={previous.changes}
                          path={`${path}.${name}`}
                          measure={measure}
                          better={better}
                        />
                      </td>
                    )}
                  </tr>
                ),
              )}
            </tbody>
          </table>
        </WideTable>
        <WideTable label="Durations">
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">duration</th>
                <th scope="col">count</th>
                <th scope="col">mean</th>
                <th scope="col">p90</th>
                <th scope="col">median</th>
                {changeHead}
              </tr>
            </thead>
            <tbody>
              {entries.map(([name, { label, measure, better = null }]) =>
                measure !== 'summary' ? null : (
                  <tr key={name}>
                    <th scope="row">{label}</th>
                    <SummaryCells
                      summary={values[name] as Summary}
                      isKnown={isKnown}
                      path={`${path}.${name}`}
                      href={href}
                    />
                    {previous !== null && (
                      <td>
                        <Change
                          changes={previous.changes}
                          path={`${path}.${name}.medianMs`}
                          measure="duration"
                          better={better}
                        />
                      </td>
                    )}
                  </tr>
                ),
              )}
            </tbody>
          </table>
        </WideTable>
      </div>
      <details class="definitions">
        <summary>
          Definitions<span class="hidden-text"> of the figures: {path}</span>
        </summary>
        <dl>
          {entries.map(([name, { label, text }]) => (
            <div key={name}>
              <dt>{label}</dt>
              <dd>
                <DefinitionText text={text} />
              </dd>
            </div>
          ))}
        </dl>
      </details>
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
      {(['meanMs', 'p90Ms', 'medianMs'] as const).map((name) => (
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

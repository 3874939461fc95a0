// Tables of the figures of a report by service and by team, and of its error budgets.

import type { ErrorBudget } from '../../report/error-budget';
import type { GroupFigures } from '../../report/groups';
import { Figure } from '../figure';
import { numberOf } from '../measure';
import { WideTable } from './wide-table';

/** The rows of services or teams; empty without rows. */
export function GroupTable({
  noun,
  path,
  groups,
  isKnown,
  hrefOf,
}: {
  readonly noun: 'service' | 'team';
  readonly path: 'byService' | 'byTeam';
  readonly groups: readonly GroupFigures[];
  readonly isKnown: boolean;
  /** The incidents of a row. */
  readonly hrefOf: (tag: string) => string;
}) {
  if (groups.length === 0) return null;
  return (
    <>
      <h2 id={`${noun}s`}>By {noun}</h2>
      <WideTable label={`Figures by ${noun}`}>
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">{noun}</th>
              <th scope="col">incidents</th>
              <th scope="col">downtime</th>
              <th scope="col">uptime</th>
              <th scope="col">deployments</th>
              <th scope="col">failed</th>
              <th scope="col">change fail rate</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group, i) => {
              const { kind, name, values } = group;
              const known = (value: number | null): number | null => (isKnown ? value : null);
              const row = `${path}.${i}`;
              return (
                <tr key={`${kind} ${name}`}>
                  <th scope="row" class="text">
                    {name !== null ? (
                      group.tag === null ? (
                        name
                      ) : (
                        <a href={hrefOf(group.tag)}>{name}</a>
                      )
                    ) : (
                      <span class="soft">
                        {kind === 'none' ? `no ${noun} in the tags` : `${numberOf(values, `other ${noun}`)}`}
                      </span>
                    )}
                  </th>
                  <td>
                    <Figure value={known(group.incidents)} measure="count" name={`${row}.incidents`} />
                  </td>
                  <td>
                    <Figure value={known(group.downMs)} measure="duration" name={`${row}.downMs`} />
                  </td>
                  <td>
                    <Figure value={group.uptime} measure="share" name={`${row}.uptime`} />
                  </td>
                  <td>
                    <Figure value={known(group.deployments)} measure="count" name={`${row}.deployments`} />
                  </td>
                  <td>
                    <Figure value={known(group.failed)} measure="count" name={`${row}.failed`} />
                  </td>
                  <td>
                    <Figure value={group.changeFailRate} measure="share" name={`${row}.changeFailRate`} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </WideTable>
    </>
  );
}

/** The error budgets; empty without a target. */
export function BudgetTable({
  budgets,
  isKnown,
}: {
  readonly budgets: readonly ErrorBudget[];
  readonly isKnown: boolean;
}) {
  if (budgets.length === 0) return null;
  return (
    <>
      <h2 id="error-budget">Error budget</h2>
      <WideTable label="Error budget">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">incidents</th>
              <th scope="col">target</th>
              <th scope="col">budget</th>
              <th scope="col">used</th>
              <th scope="col">left</th>
              <th scope="col">share left</th>
            </tr>
          </thead>
          <tbody>
            {budgets.map(({ name, target, budgetMs, usedMs, leftMs, left }) => {
              const known = (value: number): number | null => (isKnown ? value : null);
              const path = `errorBudgets.${name}`;
              return (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>
                    <Figure value={target} measure="share" name={`${path}.target`} />
                  </td>
                  <td>
                    <Figure value={known(budgetMs)} measure="duration" name={`${path}.budgetMs`} />
                  </td>
                  <td>
                    <Figure value={known(usedMs)} measure="duration" name={`${path}.usedMs`} />
                  </td>
                  <td class={leftMs < 0 ? 'worse' : undefined}>
                    <Figure value={known(leftMs)} measure="duration" name={`${path}.leftMs`} />
                  </td>
                  <td class={leftMs < 0 ? 'worse' : undefined}>
                    <Figure value={left} measure="share" name={`${path}.left`} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </WideTable>
      <p class="soft">
        The budget is the downtime that the target allows in the time that counts. Change targets with the
        setting <code>uptime-target</code>.
      </p>
    </>
  );
}

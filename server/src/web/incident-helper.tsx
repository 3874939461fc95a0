// Helps to name the marks of incidents and gains by the conventions of docs/spans.md. Needs JavaScript, which shows it and fills in the form.

import { severityChoices } from './severity-badge';

/** The helper, hidden until JavaScript shows it. */
export function IncidentHelper() {
  return (
    <details id="incident-helper" class="helper" hidden>
      <summary>Mark of an incident or a gain</summary>
      <div class="row">
        <label class="field">
          <span class="label">Kind</span>
          <select data-part="scale">
            <option value="incident">incident</option>
            <option value="gain">gain: good for the business</option>
          </select>
        </label>
        <label class="field">
          <span class="label">Severity</span>
          <select data-part="severity">
            {severityChoices.map(([value, name]) => (
              <option key={value} value={value} selected={value === '2'}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span class="label">Mark</span>
          <select data-part="role">
            <option value="start">start</option>
            <option value="detected">detected</option>
            <option value="update">update</option>
            <option value="resolved">resolved</option>
          </select>
        </label>
        <label class="field">
          <span class="label">Incident key (generated if empty)</span>
          <input type="text" data-part="key" placeholder="42" autocomplete="off" />
        </label>
        <label class="field">
          <span class="label">Origin</span>
          <select data-part="origin">
            <option value="">unknown</option>
            <option value="self">self: caused by us</option>
            <option value="external">external</option>
          </select>
        </label>
        <label class="field">
          <span class="label">Impact (percent)</span>
          <input type="number" data-part="impact" min="0" max="100" placeholder="unknown" />
        </label>
        <button type="button" class="button" data-part="fill">
          Fill in type and tags
        </button>
      </div>
    </details>
  );
}

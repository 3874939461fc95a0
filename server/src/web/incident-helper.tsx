// Helps to name the marks of incidents and gains by the conventions of docs/spans.md. A script shows it and fills in the form.

const severities = [
  ['1', '1: full'],
  ['2', '2: major'],
  ['3', '3: minor'],
  ['4', '4: none that users notice'],
] as const;

/** The helper, hidden until its script shows it. */
export function IncidentHelper() {
  return (
    <details id="incident-helper" class="helper" hidden>
      <summary>Part of an incident, or of good news?</summary>
      <div class="row">
        <label class="field">
          <span class="label">Kind</span>
          <select data-part="scale">
            <option value="incident">incident</option>
            <option value="gain">gain: good news that moves the numbers</option>
          </select>
        </label>
        <label class="field">
          <span class="label">Severity</span>
          <select data-part="severity">
            {severities.map(([value, name]) => (
              <option key={value} value={value} selected={value === '2'}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span class="label">What happens</span>
          <select data-part="role">
            <option value="start">it starts</option>
            <option value="detected">it was detected</option>
            <option value="resolved">it is over</option>
          </select>
        </label>
        <label class="field">
          <span class="label">Its key, to tell it from others</span>
          <input type="text" data-part="key" placeholder="42" autocomplete="off" />
        </label>
        <label class="field">
          <span class="label">Origin</span>
          <select data-part="origin">
            <option value="">not known</option>
            <option value="self">self: of our own making</option>
            <option value="external">external</option>
          </select>
        </label>
        <label class="field">
          <span class="label">Impact in per cent</span>
          <input type="number" data-part="impact" min="0" max="100" placeholder="not known" />
        </label>
        <button type="button" class="button" data-part="fill">
          Fill in type and tags
        </button>
      </div>
    </details>
  );
}

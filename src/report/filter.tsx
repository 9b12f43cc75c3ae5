import type { Entry } from './entries.js';
import { count, plural } from './labels.js';
import { showLine } from './untrusted-text.js';

/** Controls that narrow the list of screens. They show once the script runs: without it the whole list is there. */
export function Filter({ entries }: { entries: readonly Entry[] }) {
  const failing = entries.filter(({ status }) => status !== 'pass' && status !== 'not_compared').length;
  return (
    <search>
      <form class="filter" id="filter" aria-label="Filter screens" hidden>
        <Choice name="screen" label="Screen" values={entries.map(({ screen }) => screen)} />
        <Choice name="viewport" label="Viewport" values={entries.map(({ viewport }) => viewport)} />
        <label class="check">
          <input type="checkbox" name="failing" />
          Only failing <span class="tally">{count(failing)}</span>
        </label>
        <p class="shown" role="status" id="shown">
          {plural(entries.length, 'screenshot')}
        </p>
      </form>
    </search>
  );
}

function Choice({ name, label, values }: { name: string; label: string; values: string[] }) {
  const distinct = [...new Set(values)].sort();
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        <option value="">All ({distinct.length})</option>
        {distinct.map((value) => (
          // The prefix keeps a screen whose name is empty apart from "All".
          <option key={value} value={`=${showLine(value)}`}>
            {showLine(value, 80)}
          </option>
        ))}
      </select>
    </label>
  );
}

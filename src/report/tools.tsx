/** Ways to look at reference and actual, in the order of their keys 1 to 4. */
const modes = [
  ['side', 'Side by side'],
  ['slider', 'Slider'],
  ['onion', 'Onion skin'],
  ['blink', 'Blink'],
] as const;

/**
 * The controls of a comparison, once for the whole page: the script copies them into an entry when it is opened, so that a
 * thousand closed entries carry none.
 */
export function Tools() {
  return (
    <template id="tools">
      <fieldset class="modes">
        <legend class="visually-hidden">View</legend>
        {modes.map(([value, label]) => (
          <label key={value}>
            <input type="radio" value={value} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <label class="mix">
        <span>Reference shown</span>
        <input type="range" min="0" max="100" step="1" value="50" />
      </label>
      <span class="blinker">
        <button type="button" class="quiet pause">
          Pause
        </button>
        <button type="button" class="quiet flip">
          Flip
        </button>
        <span class="showing">Reference</span>
      </span>
      <span class="switches">
        <label class="check">
          <input type="checkbox" class="show-regions" checked />
          Regions
        </label>
        <label class="check">
          <input type="checkbox" class="zoom" />
          Actual pixels
        </label>
      </span>
    </template>
  );
}

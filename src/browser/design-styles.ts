/** Computed properties stored per element, with the initial value that is left out of the file. */
export const DESIGN_STYLES: Readonly<Record<string, string>> = {
  color: '',
  'background-color': 'rgba(0, 0, 0, 0)',
  'background-image': 'none',
  'font-family': '',
  'font-size': '',
  'font-weight': '400',
  'font-style': 'normal',
  'line-height': 'normal',
  'letter-spacing': 'normal',
  'text-align': 'start',
  'text-transform': 'none',
  'text-decoration-line': 'none',
  'text-overflow': 'clip',
  'white-space': 'normal',
  'padding-top': '0px',
  'padding-right': '0px',
  'padding-bottom': '0px',
  'padding-left': '0px',
  'margin-top': '0px',
  'margin-right': '0px',
  'margin-bottom': '0px',
  'margin-left': '0px',
  'border-top-width': '0px',
  'border-right-width': '0px',
  'border-bottom-width': '0px',
  'border-left-width': '0px',
  'border-top-style': 'none',
  'border-top-color': '',
  'border-right-color': '',
  'border-bottom-color': '',
  'border-left-color': '',
  'border-top-left-radius': '0px',
  'border-top-right-radius': '0px',
  'border-bottom-right-radius': '0px',
  'border-bottom-left-radius': '0px',
  'box-shadow': 'none',
  opacity: '1',
  display: '',
  position: 'static',
  'flex-direction': 'row',
  'justify-content': 'normal',
  'align-items': 'normal',
  'row-gap': 'normal',
  'column-gap': 'normal',
  transform: 'none',
  visibility: 'visible',
  'z-index': 'auto',
  'overflow-x': 'visible',
  'overflow-y': 'visible',
  'object-fit': 'fill',
  fill: 'rgb(0, 0, 0)',
  stroke: 'none',
};

/** The names, in the order in which they are asked for and answered. */
export const STYLE_NAMES: readonly string[] = Object.keys(DESIGN_STYLES);

const BORDER_COLOR = /^border-(top|right|bottom|left)-color$/;

/** Values (in the order of STYLE_NAMES) as a record, without those that say nothing: initial ones, and colours of borders that are not there. */
export function tellingStyles(values: readonly string[]): Record<string, string> {
  const styles: Record<string, string> = {};
  for (const [index, name] of STYLE_NAMES.entries()) {
    const value = values[index] ?? '';
    if (value === '' || value === DESIGN_STYLES[name]) continue;
    const side = BORDER_COLOR.exec(name)?.[1];
    if (side !== undefined && styles[`border-${side}-width`] === undefined) continue;
    styles[name] = value;
  }
  return styles;
}

const light = `
  color-scheme: light;
  --paper: #f5f4f1; --sheet: #ffffff; --table: #e8e6e1; --ink: #1b1a18; --soft: #5d5953; --line: #dcd8d1; --press: #efede8;
  --link: #1f4fd1; --focus: #1f4fd1;
  --pass: #15693a; --fail: #b3201a; --wait: #6a3ca5; --warn: #855000; --idle: #67625b; --on-status: #ffffff;
  --pass-soft: #e3f2e8; --fail-soft: #fbe7e5; --wait-soft: #f0e8fa; --warn-soft: #fbf0dc; --idle-soft: #ecebe7;`;

const dark = `
  color-scheme: dark;
  --paper: #131415; --sheet: #1c1d1f; --table: #0b0c0d; --ink: #eceae6; --soft: #a9a59d; --line: #34353a; --press: #27282b;
  --link: #9db8ff; --focus: #9db8ff;
  --pass: #6dd39a; --fail: #ff9088; --wait: #c6a8f7; --warn: #f0b75e; --idle: #a5a19a; --on-status: #141414;
  --pass-soft: #16291e; --fail-soft: #351b1a; --wait-soft: #28203a; --warn-soft: #30240f; --idle-soft: #28292b;`;

/**
 * Colors and type. Text colors keep 4.5:1 on paper, sheet and on their own soft ground in both themes (kept by a test);
 * the ground behind pictures is neutral, so that it does not tint what a designer compares.
 */
export const tokens = `
:root {${light}
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
  --round: 10px; --critical: #d3143c; --major: #b35a00; --minor: #1d6fd1;
}
@media (prefers-color-scheme: dark) { :root {${dark} } }
:root[data-theme=light] {${light} }
:root[data-theme=dark] {${dark} }
.is-pass { --status: var(--pass); --status-soft: var(--pass-soft); }
.is-fail { --status: var(--fail); --status-soft: var(--fail-soft); }
.is-needs_human { --status: var(--wait); --status-soft: var(--wait-soft); }
.is-could_not_run { --status: var(--warn); --status-soft: var(--warn-soft); }
.is-not_compared { --status: var(--idle); --status-soft: var(--idle-soft); }
`;

/** The two palettes as name → color, for the test of contrast. */
export const palettes: Readonly<Record<'light' | 'dark', ReadonlyMap<string, string>>> = {
  light: paletteOf(light),
  dark: paletteOf(dark),
};

function paletteOf(block: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from(block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g), ([, name = '', color = '']) => [name, color]),
  );
}

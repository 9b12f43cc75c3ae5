import { pageLayout } from './page-layout.js';

/** The filter and the entries: their line, findings, regions, capture facts, logs. */
export const cards = `
search { display: contents; }
.filter { position: sticky; top: 0; z-index: 10; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; background: var(--paper); padding: .6rem 0; margin-bottom: .25rem; }
.filter label:not(.check) { display: inline-flex; align-items: center; gap: .5rem; color: var(--soft); font-size: .9rem; }
[type=search] { background: var(--sheet); border: 1px solid var(--line); border-radius: 7px; padding: .3rem .6rem; width: 13rem; color: var(--ink); }
.filter select { background: var(--sheet); border: 1px solid var(--line); border-radius: 7px; padding: .3rem .5rem; max-width: 14rem; color: var(--ink); }
.tally { background: var(--fail-soft); color: var(--fail); border-radius: 9px; padding: 0 .5rem; font-size: .8rem; font-variant-numeric: tabular-nums; font-weight: 600; }
.shown { margin-left: auto; color: var(--soft); font-size: .9rem; }
.hits { max-height: 18rem; overflow: auto; margin: 0 0 .75rem; background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); }
.hits li + li { border-top: 1px solid var(--line); } .hits li:not(:has(button)) { color: var(--soft); padding: .4rem 1rem; font-size: .867rem; }
.hits button { display: flex; flex-wrap: wrap; gap: 0 .8rem; width: 100%; text-align: left; background: none; border: 0; padding: .4rem 1rem; cursor: pointer; }
.hits button:hover { background: var(--press); } .hits span { color: var(--soft); font-size: .867rem; margin-left: auto; } .hits :focus-visible { outline-offset: -2px; }
.card { background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); margin-bottom: .5rem; }
.cards:has(> .card:nth-child(60)) > .card:not(:has(> details[open])) { content-visibility: auto; contain-intrinsic-size: auto 50px; }
.card.is-fail, .card.is-could_not_run, .card.is-needs_human { border-left: 4px solid var(--status); }
.card:focus-within { border-color: var(--soft); }
.card.is-fail:focus-within, .card.is-could_not_run:focus-within, .card.is-needs_human:focus-within { border-left-color: var(--status); }
summary { display: flex; align-items: center; gap: .35rem .75rem; padding: .7rem 1rem; cursor: pointer; list-style: none; border-radius: var(--round); flex-wrap: wrap; }
summary::-webkit-details-marker { display: none; }
summary:hover { background: var(--press); }
summary::after { content: ""; width: .5rem; height: .5rem; border: solid var(--soft); border-width: 0 1.5px 1.5px 0; transform: rotate(45deg) translate(-2px, -2px); margin-left: .25rem; }
details[open] > summary::after { transform: rotate(-135deg) translate(-2px, -2px); }
/* Beside its mark whatever its length: its lines break, the mark stands on none of its own. */
summary h3 { display: flex; flex-wrap: wrap; gap: 0 .6rem; min-width: 0; flex: 1 1 8rem; }
summary h3 > bdi { font-weight: 620; }
.gist { margin-left: auto; display: flex; flex-wrap: wrap; gap: .3rem .5rem; align-items: center; justify-content: flex-end; }
.tag { font-size: .8rem; padding: .05rem .55rem; border-radius: 6px; background: var(--idle-soft); color: var(--soft); }
.tag.is-critical { background: var(--fail-soft); color: var(--fail); font-weight: 550; } .tag.is-major { background: var(--warn-soft); color: var(--warn); font-weight: 550; }
.body { padding: .25rem 1rem 1.1rem; display: grid; gap: 1.1rem; }
.body > *, .body > noscript > * { min-width: 0; }
@media (scripting: none) { .body > noscript { display: contents; } }
.findings { display: grid; gap: .4rem; }
.findings > li:not(.more) { border-left: 3px solid var(--warn); padding: .1rem 0 .1rem .8rem; }
.findings > li.blocks { border-color: var(--fail); } .findings > .same { margin-top: -.4rem; } .findings .findings { gap: 0; } .findings .findings > .same { margin: 0; }
.more > details > summary { padding: .1rem 0 .1rem .8rem; border-left: 3px solid var(--line); border-radius: 0; color: var(--soft); font-size: .9rem; } .more > details > summary::after { position: static; }
.findings .quoted { display: block; color: var(--soft); }
.findings b { font-weight: 580; } .findings a { font: .8rem var(--mono); color: var(--soft); margin-left: .25rem; text-decoration: underline dotted; text-underline-offset: .35em; white-space: nowrap; }
.remarks { margin-top: .75rem; color: var(--soft); } .remarks li { padding: .1rem 0; }
.regions { margin: 1rem 0 0; }
.regions > ol { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: .25rem 1.5rem; }
.regions > ol > li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .75rem; padding: .5rem; margin-inline: -.5rem; border-radius: 8px; }
.regions > ol > li:is(.is-lit, .is-picked), .findings > li:is(.is-visited, .is-lit, .is-picked), .log li:is(.is-lit, .is-picked) { background: var(--press); }
.is-critical { --sev: var(--critical); } .is-major { --sev: var(--major); } .is-minor { --sev: var(--minor); }
.locate { width: 1.6rem; height: 1.6rem; border: 0; border-radius: 50%; background: var(--sev); color: #fff; font-size: .8rem; font-weight: 650; padding: 0; cursor: pointer; font-variant-numeric: tabular-nums; }
.locate:focus-visible { border-radius: 50%; } .spot { margin-left: .4rem; vertical-align: middle; }
.severity { font-size: .8rem; border: 1px solid currentColor; border-radius: 5px; padding: 0 .4rem; color: var(--soft); }
.is-critical .severity { color: var(--fail); } .is-major .severity { color: var(--warn); }
.element { margin-left: .5rem; } .element q { quotes: "\\201c" "\\201d"; } .element code { color: var(--soft); }
.properties { margin: .15rem 0; } .properties code { color: var(--soft); margin-right: .35rem; }
.properties del { text-decoration: none; color: var(--pass); } .properties ins { text-decoration: none; color: var(--fail); font-weight: 550; }
.properties del, .properties ins { font: .867rem var(--mono); }
.measured { color: var(--soft); font-size: .8rem; }
.where, .quietly { color: var(--soft); font-size: .8rem; }
.capture { display: grid; gap: .75rem; border-top: 1px solid var(--line); padding-top: 1rem; }
.capture > .notice { margin: 0; }
.log summary { padding: .35rem 0; font-size: .93rem; justify-content: flex-start; color: var(--soft); }
.log summary:hover { background: none; color: var(--ink); }
.log ol { border: 1px solid var(--line); border-radius: 8px; font-size: .867rem; }
.log li { display: grid; grid-template-columns: 9.5rem minmax(0, 1fr); gap: .1rem 1rem; padding: .4rem .75rem; }
.log li + li { border-top: 1px solid var(--line); }
.log .kind { color: var(--soft); } .log li.is-error .kind { color: var(--fail); font-weight: 550; } .log li.is-warning .kind { color: var(--warn); }
.log .text { font-family: var(--mono); white-space: pre-wrap; }
.log .origin { grid-column: 2; color: var(--soft); font-size: .8rem; }
@media (max-width: 700px) {
  .gist { width: 100%; margin-left: 1.75rem; justify-content: flex-start; }
  summary { position: relative; padding-right: 2.25rem; } summary::after { position: absolute; right: 1.1rem; top: 1.1rem; }
  .log summary { position: static; } .log summary::after { position: static; }
  .log li { grid-template-columns: minmax(0, 1fr); } .log .origin { grid-column: 1; }
  .shown { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .filter { position: static; display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem; font-size: .9rem; } .filter .find { grid-column: 1 / -1; } .filter select, .filter [type=search] { width: 100%; max-width: none; }
  .filter .check { white-space: nowrap; }
  @media (max-width: 360px) { .filter { grid-template-columns: minmax(0, 1fr); } }
  .filter label:not(.check) span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .body { padding-inline: .75rem; }
}
`;

/** Pictures beside each other or on top of each other, outlines, pins and their tools. */
export const pictures = `
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; min-height: 2.4rem; margin-bottom: .6rem; }
.tools:empty { visibility: hidden; }
.modes { display: inline-flex; background: var(--press); border-radius: 8px; padding: 2px; }
.modes label { position: relative; cursor: pointer; }
.modes input { position: absolute; inset: 0; opacity: 0; margin: 0; width: 100%; height: 100%; cursor: pointer; }
.modes span { display: block; padding: .28rem .8rem; border-radius: 6px; color: var(--soft); font-size: .9rem; white-space: nowrap; }
.modes input:checked + span { background: var(--sheet); color: var(--ink); box-shadow: 0 0 0 1px var(--line); font-weight: 550; }
.modes input:focus-visible + span { outline: 2px solid var(--focus); outline-offset: 1px; }
.mix { display: none; align-items: center; gap: .6rem; color: var(--soft); font-size: .867rem; }
.mix input { width: clamp(7rem, 20vw, 15rem); accent-color: var(--link); }
.blinker { display: none; align-items: center; gap: .5rem; } .showing { font-weight: 600; min-width: 5rem; }
[data-mode=slider] .mix, [data-mode=onion] .mix, [data-mode=blink] .blinker { display: inline-flex; }
.switches { display: inline-flex; gap: 1rem; margin-left: auto; font-size: .9rem; color: var(--soft); }
/* Positioned, so that what is hidden inside scrolls with it instead of widening the page. */
.pictures { position: relative; background: var(--table); border-radius: 8px; padding: 14px; display: grid; gap: .5rem 16px; overflow: auto; max-height: min(86vh, 60rem); align-items: start; overscroll-behavior: auto; }
.pictures.has-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); } .pictures.has-2 { grid-template-columns: repeat(2, minmax(0, 1fr)); } .pictures.has-1 { grid-template-columns: minmax(0, 1fr); }
.portrait .pictures { grid-template-columns: repeat(auto-fit, minmax(0, 320px)); justify-content: center; }
.portrait .pictures.has-3 { grid-template-columns: repeat(3, minmax(0, 320px)); }
.shot { min-width: 0; }
/* One row for captions and one for pictures, whatever a caption's length: beside each other, equal places stand at equal heights. */
[data-mode=side] .pictures { grid-template-rows: auto auto; row-gap: 0; } [data-mode=side] .shot { display: grid; grid-row: span 2; grid-template-rows: subgrid; grid-template-columns: minmax(0, 1fr); }
.shot figcaption { display: flex; flex-wrap: wrap; gap: 0 .7rem; align-items: baseline; padding-bottom: .5rem; font-size: .867rem; }
.side { font-weight: 600; } .size { color: var(--soft); }
.shot figcaption a { margin-left: auto; }
/* The frame alone says how wide a picture is: picture and outlines follow it, or they would part where a limit holds for one of them. */
.frame { position: relative; width: fit-content; max-width: 100%; margin: 0 auto; background: var(--sheet); }
.frame img { position: absolute; left: 0; top: 0; max-width: none; display: block; user-select: none; -webkit-user-drag: none; color: var(--soft); font-size: .8rem; }
.reference img { z-index: 2; } .actual img, .diff img { z-index: 1; }
.regions-on-top { display: block; position: relative; z-index: 3; max-width: 100%; height: auto; overflow: visible; pointer-events: none; box-shadow: 0 0 0 1px var(--line); }
.portrait .frame { max-width: min(100%, 320px); } .portrait .has-1 .frame { max-width: min(100%, 300px); }
.absent { position: absolute; inset: 0; display: grid; place-content: center; text-align: center; color: var(--soft); padding: .5rem; }
.outline rect { fill: none; vector-effect: non-scaling-stroke; }
.outline .halo { stroke: #fff; stroke-width: 4; stroke-opacity: .8; } .outline .line { stroke: var(--sev); stroke-width: 2; }
.outline:is(.is-lit, .is-picked) .line { stroke-width: 4; fill: var(--sev); fill-opacity: .14; }
.pin { transform: scale(var(--k, 3)) translate(var(--beside-x, 0), var(--beside-y, 0)); pointer-events: auto; cursor: pointer; }
.pin circle { fill: var(--sev); stroke: #fff; stroke-width: 1.5; }
.pin text { fill: #fff; font: 650 10.5px var(--sans); }
.move { --sev: var(--major); } .move .was { stroke: var(--sev); stroke-width: 1.5; stroke-dasharray: 4 3; }
.move path { fill: none; stroke-linecap: round; stroke-linejoin: round; } .move .halo { stroke-width: 5; } .move .line { stroke-width: 2.5; }
.move text { fill: var(--sev); stroke: #fff; stroke-width: 3px; stroke-opacity: .85; paint-order: stroke; }
.closeup { --k: 1.2; }
.no-regions :is(.outline, .sign) { display: none; }
[data-mode=slider] .pictures, [data-mode=onion] .pictures, [data-mode=blink] .pictures { grid-template-columns: 1fr 1fr; justify-content: stretch; touch-action: pan-y; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) :is(.reference, .actual) { display: contents; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .diff { display: none; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .frame { grid-area: 2 / 1 / 3 / 3; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .reference figcaption { grid-area: 1 / 1; justify-content: flex-start; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .actual figcaption { grid-area: 1 / 2; justify-content: flex-end; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) figcaption a { margin-left: 0; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .reference .frame { background: none; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .reference :is(.outline, .sign) { display: none; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]).portrait .frame { max-width: min(100%, 560px); }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]).tall .frame { max-width: min(100%, 900px); }
[data-mode=slider] .frame { cursor: ew-resize; touch-action: pan-y; }
[data-mode=slider] .reference img { clip-path: inset(0 calc(100% - var(--cut-in-picture, 50%)) 0 0); }
[data-mode=onion] .reference img { opacity: var(--mix, .5); }
[data-mode=blink]:not([data-flipped]) .reference img { visibility: visible; } [data-mode=blink][data-flipped] .reference img { visibility: hidden; }
.seam { display: none; position: absolute; top: 0; bottom: 0; left: var(--cut, 50%); width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 0 1px rgb(0 0 0 / .55); z-index: 4; pointer-events: none; }
.seam::after { content: ""; position: sticky; display: block; top: 40vh; width: 26px; height: 26px; margin: 0 -12px; translate: 0 min(3rem, 40%); border-radius: 50%; background: #fff; box-shadow: 0 0 0 1px rgb(0 0 0 / .55), 0 1px 6px rgb(0 0 0 / .3); }
[data-mode=slider] .actual .seam { display: block; }
.zoomed .pictures, .zoomed.portrait .pictures { grid-template-columns: repeat(3, max-content); justify-content: start; }
.zoomed.comparison .pictures .frame, .zoomed .regions-on-top { max-width: none; }
.zoomed .exact ~ .regions-on-top image { display: none; }
.copies { flex-basis: 100%; color: var(--warn); font-size: .867rem; }
.says { font-weight: 500; }
.zoomed:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .pictures { grid-template-columns: max-content max-content; }
.zoomed .frame img.exact { image-rendering: pixelated; }
@media (max-width: 700px) {
  .modes { width: 100%; flex-wrap: wrap; } .modes label { flex: 1 1 auto; text-align: center; } .modes span { padding-inline: .3rem; font-size: .82rem; }
  .switches { margin-left: 0; } .mix, .mix input { flex: 1; }
  .pictures { padding: 10px; margin-inline: -.75rem; border-radius: 0; }
  [data-mode=side] .pictures:not(.has-1) { grid-template-columns: repeat(3, 78%); grid-auto-flow: column; scroll-snap-type: x proximity; justify-content: start; }
  [data-mode=side] .shot { scroll-snap-align: center; }
}
@media (prefers-reduced-motion: no-preference) { .outline .line { transition: stroke-width .12s, fill-opacity .12s; } }
`;

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

/** The whole style sheet of the report; constant, because the page's policy names its hash. */
export const styles: string = [tokens, pageLayout, cards, pictures].join('\n');

/** What the review page needs beyond the report's styles. */
export const reviewStyles = `
.items { display: grid; gap: .6rem; margin-bottom: .8rem; }
.item { padding: .7rem 1rem; } .item > label { display: flex; gap: .7rem; align-items: baseline; cursor: pointer; }
.item .reason { margin-left: 1.75rem; }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; margin-top: .6rem; background: var(--table); border-radius: 8px; padding: 12px; }
.sides img { display: block; max-width: 100%; max-height: 30rem; height: auto; border: 1px solid var(--line); }
.decide { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; padding: .8rem 0; background: var(--paper); }
@media (min-width: 701px) { form:has(.item:nth-child(5)) .decide { position: sticky; bottom: 0; } }
.decide label { flex: 1 1 16rem; display: grid; gap: .2rem; color: var(--soft); font-size: .9rem; }
.decide input, .compare select { background: var(--sheet); border: 1px solid var(--line); border-radius: 7px; padding: .4rem .6rem; color: var(--ink); width: 100%; }
.act { font-weight: 600; padding: .42rem 1rem; border-radius: 7px; border: 1px solid var(--line); background: var(--sheet); cursor: pointer; min-height: 2.3rem; }
.act.yes { background: var(--pass); color: var(--on-status); border-color: transparent; }
.act:hover { box-shadow: inset 0 0 0 2px var(--focus); }
.under-way { width: 100%; height: 21rem; border: 1px solid var(--line); border-radius: var(--round); background: var(--table); }
.trend { overflow: auto; } .trend th:first-child { position: sticky; left: 0; background: var(--sheet); min-width: 8.5rem; } .trend td { white-space: nowrap; } .trend .is-pass { color: var(--pass); } .trend .is-fail { color: var(--fail); } .trend .quietly { display: block; font-size: .82rem; }
.compare { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: .8rem 0; } .compare label { display: grid; gap: .2rem; flex: 1 1 14rem; color: var(--soft); font-size: .9rem; }
.done { margin-bottom: 1.25rem; } .done form { display: inline; }
.done li { padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: center; } .done li + li { border-top: 1px solid var(--line); }
.sides.single { grid-template-columns: minmax(0, 1fr); }
.list > summary { padding: .3rem 0; color: var(--soft); width: fit-content; } .list > summary:hover { background: none; color: var(--ink); }
@media (max-width: 700px) { .compare label { flex-basis: 100%; } .list > summary::after { position: static; } .sides { grid-template-columns: minmax(0, 1fr); } }
`;

/** The page of a verification under way, which stands in the review page. */
export const liveStyles = `
body.live { padding: 0; background: var(--table); } .live main { display: flex; flex-wrap: wrap; gap: .6rem; padding: .8rem; max-width: none; align-items: start; }
.live .now { flex: 1 0 100%; order: -1; margin: 0; font-weight: 600; } .live .now:has(~ .now) { display: none; }
.seen { width: 8.5rem; margin: 0; background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; } .seen.is-fail { border-color: var(--fail); }
.seen img { display: block; width: 100%; max-height: 7rem; object-fit: cover; object-position: top; border-bottom: 1px solid var(--line); }
.seen figcaption { display: block; padding: .35rem .5rem; font-size: .82rem; overflow-wrap: anywhere; } .seen .reason { display: block; margin-top: .2rem; }
.seen .absent { position: static; padding: 1.6rem .5rem; margin: 0; }
`;

/** What the pair viewer in a chat needs beyond the report's styles: no room of its own around it, and heights that do not follow the frame's. */
export const chatStyles = `
body.chat { background: var(--sheet); font-size: 14px; } .chat main { padding: 0 .75rem .75rem; }
.chat-bar { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .7rem; padding: .65rem .75rem; } .chat-bar h1 { display: block; font-size: 1rem; line-height: 1.35; letter-spacing: 0; font-weight: 600; margin: 0; flex: 1 1 14rem; min-width: 0; }
.chat-bar .steps { display: flex; gap: .4rem; } .chat .quiet { min-height: 1.75rem; }
.chat .pictures { max-height: 30rem; } .chat.is-large .pictures { max-height: 80vh; }
.chat h2 { font-size: .9rem; color: var(--soft); margin: .75rem 0 .4rem; }
.others li { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .5rem; padding: .35rem .75rem; } .others li + li { border-top: 1px solid var(--line); }
.plain { margin-top: .6rem; padding: .6rem .75rem; } .plain figcaption { color: var(--soft); font-size: .867rem; margin-bottom: .4rem; } .plain img { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); }
.chat .keys { margin-top: .6rem; color: var(--soft); font-size: .867rem; }
`;

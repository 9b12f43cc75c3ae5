/** The filter and the entries: their line, findings, regions, capture facts, logs. */
export const cards = `
search { display: contents; }
.filter { position: sticky; top: 0; z-index: 10; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; background: var(--paper); padding: .6rem 0; margin-bottom: .25rem; }
.filter label:not(.check) { display: inline-flex; align-items: center; gap: .5rem; color: var(--soft); font-size: .9rem; }
.filter select { background: var(--sheet); border: 1px solid var(--line); border-radius: 7px; padding: .3rem .5rem; max-width: 14rem; color: var(--ink); }
.tally { background: var(--fail-soft); color: var(--fail); border-radius: 9px; padding: 0 .5rem; font-size: .8rem; font-variant-numeric: tabular-nums; font-weight: 600; }
.shown { margin-left: auto; color: var(--soft); font-size: .9rem; }
.card { background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); margin-bottom: .5rem; content-visibility: auto; contain-intrinsic-size: auto 50px; }
.card:has(> details[open]) { content-visibility: visible; }
.card.is-fail, .card.is-could_not_run, .card.is-needs_human { border-left: 4px solid var(--status); }
.card:focus-within { border-color: var(--soft); }
.card.is-fail:focus-within, .card.is-could_not_run:focus-within, .card.is-needs_human:focus-within { border-left-color: var(--status); }
summary { display: flex; align-items: center; gap: .35rem .75rem; padding: .7rem 1rem; cursor: pointer; list-style: none; border-radius: var(--round); flex-wrap: wrap; }
summary::-webkit-details-marker { display: none; }
summary:hover { background: var(--press); }
summary::after { content: ""; width: .5rem; height: .5rem; border: solid var(--soft); border-width: 0 1.5px 1.5px 0; transform: rotate(45deg) translate(-2px, -2px); margin-left: .25rem; }
details[open] > summary::after { transform: rotate(-135deg) translate(-2px, -2px); }
summary h3 { display: flex; flex-wrap: wrap; gap: 0 .6rem; min-width: 0; }
summary h3 > bdi { font-weight: 620; }
.gist { margin-left: auto; display: flex; flex-wrap: wrap; gap: .3rem .5rem; align-items: center; justify-content: flex-end; }
.tag { font-size: .8rem; padding: .05rem .55rem; border-radius: 6px; background: var(--idle-soft); color: var(--soft); }
.card.is-fail .tag { background: var(--fail-soft); color: var(--fail); }
.card.is-could_not_run .tag { background: var(--warn-soft); color: var(--warn); }
.points { font-variant-numeric: tabular-nums; font-weight: 600; min-width: 4.5rem; text-align: right; }
.bar-of { color: var(--soft); font-weight: 400; }
.body { padding: .25rem 1rem 1.1rem; display: grid; gap: 1.1rem; }
.body > * { min-width: 0; }
.findings { display: grid; gap: .4rem; }
.findings li { border-left: 3px solid var(--warn); padding: .1rem 0 .1rem .8rem; }
.findings li.blocks { border-color: var(--fail); }
.findings b { font-weight: 580; } .findings a { font: .8rem var(--mono); color: var(--soft); margin-left: .25rem; text-decoration: underline dotted; text-underline-offset: .35em; white-space: nowrap; }
.remarks { margin-top: .75rem; color: var(--soft); } .remarks li { padding: .1rem 0; }
.regions { margin: 1rem 0 0; }
.regions > ol { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: .25rem 1.5rem; }
.regions > ol > li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .75rem; padding: .5rem; margin-inline: -.5rem; border-radius: 8px; }
.regions > ol > li:is(.is-lit, .is-picked) { background: var(--press); }
.is-critical { --sev: var(--critical); } .is-major { --sev: var(--major); } .is-minor { --sev: var(--minor); }
.locate { width: 1.6rem; height: 1.6rem; border: 0; border-radius: 50%; background: var(--sev); color: #fff; font-size: .8rem; font-weight: 650; padding: 0; cursor: pointer; font-variant-numeric: tabular-nums; }
.locate:focus-visible { border-radius: 50%; }
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
.log ol { border: 1px solid var(--line); border-radius: 8px; max-height: 24rem; overflow: auto; font-size: .867rem; }
.log li { display: grid; grid-template-columns: 9.5rem minmax(0, 1fr); gap: .1rem 1rem; padding: .4rem .75rem; }
.log li + li { border-top: 1px solid var(--line); }
.log .kind { color: var(--soft); } .log li.is-error .kind { color: var(--fail); font-weight: 550; } .log li.is-warning .kind { color: var(--warn); }
.log .text { font-family: var(--mono); white-space: pre-wrap; }
.log .origin { grid-column: 2; color: var(--soft); font-size: .8rem; }
@media (max-width: 700px) {
  .gist { width: 100%; margin-left: 1.75rem; justify-content: flex-start; }
  .points { margin-left: auto; }
  summary { position: relative; padding-right: 2.25rem; } summary::after { position: absolute; right: 1.1rem; top: 1.1rem; }
  .log summary { position: static; } .log summary::after { position: static; }
  .log li { grid-template-columns: minmax(0, 1fr); } .log .origin { grid-column: 1; }
  .shown { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .filter { gap: .6rem; flex-wrap: nowrap; font-size: .9rem; } .filter label:not(.check) { flex: 1 1 0; min-width: 0; } .filter select { width: 100%; max-width: none; }
  .filter .check { white-space: nowrap; }
  .filter label:not(.check) span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .body { padding-inline: .75rem; }
}
`;

/** The page around the entries: banner, overview and gates, problems, footer. */
export const pageLayout = `
*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding-top: 3.9rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 var(--sans); overflow-wrap: anywhere; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure, blockquote, fieldset { margin: 0; padding: 0; }
ul, ol { list-style: none; }
fieldset { border: 0; min-width: 0; }
code, kbd, .number, .size, .where, .small, .address, .origin { font-family: var(--mono); font-size: .867em; }
code { font-variant-ligatures: none; }
a { color: var(--link); text-underline-offset: .18em; text-decoration-thickness: 1px; }
button, select, input { font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
[hidden] { display: none !important; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--sheet); padding: .5rem 1rem; z-index: 20; }
.skip:focus { top: .5rem; }
.top, main, footer { max-width: 1480px; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2.5rem); }
.bar { display: flex; align-items: center; gap: .5rem 1.5rem; padding: 1rem 0; border-bottom: 1px solid var(--line); flex-wrap: wrap; }
.brand { display: flex; align-items: center; gap: .5rem; font-weight: 650; letter-spacing: -.01em; margin-right: auto; }
.brand svg { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
nav { display: flex; gap: 1.25rem; }
nav a { color: var(--soft); text-decoration: none; padding: .25rem 0; }
nav a:hover { color: var(--ink); text-decoration: underline; }
.quiet { background: none; border: 1px solid var(--line); border-radius: 7px; padding: .2rem .65rem; cursor: pointer; color: var(--soft); font-size: .867rem; }
.quiet:hover { color: var(--ink); background: var(--press); }
.verdict { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 1rem 4rem; align-items: center; padding: 1.1rem 0 1.25rem; }
.project { color: var(--soft); font-weight: 550; }
h1 { font-size: clamp(1.6rem, 1.3rem + 1.4vw, 2.2rem); line-height: 1.1; letter-spacing: -.025em; font-weight: 700; margin: .15rem 0 .35rem; display: flex; align-items: center; gap: .32em; }
h1 .mark { width: .82em; height: .82em; flex: none; }
.summary { font-size: 1.0667rem; max-width: 76ch; }
.when { color: var(--soft); font-size: .867rem; font-weight: 400; margin-left: .5rem; display: inline-block; }
.score { min-width: 15rem; }
.score b { font-size: 2.5rem; line-height: 1; letter-spacing: -.04em; font-weight: 650; font-variant-numeric: tabular-nums; color: var(--status); }
.score span, .at-stage { color: var(--soft); font-size: .867rem; }
.score svg { display: block; width: 100%; height: 8px; border-radius: 4px; margin: .5rem 0 .3rem; }
.track { fill: var(--line); } .fill { fill: var(--status); } .bar-at { fill: var(--ink); }
.lead { display: grid; grid-template-columns: minmax(0, 6fr) minmax(0, 5fr); gap: 1.5rem 2rem; align-items: start; margin-bottom: 2.25rem; }
.lead.calm { grid-template-columns: minmax(0, 1fr); }
.lead > section { min-width: 0; }
.lead .worst { padding: 1rem 1.25rem 1.1rem; border-left: 4px solid var(--fail); }
.worst h2 { font-size: .867rem; color: var(--soft); margin-bottom: .15rem; }
.worst .what { font-size: 1.3rem; line-height: 1.25; font-weight: 650; letter-spacing: -.012em; }
.facts-line { color: var(--soft); font-size: .9rem; margin: .3rem 0 .8rem; } .facts-line b { color: var(--ink); }
.closeups { display: grid; gap: .75rem; margin-bottom: .7rem; } .closeups.has-2 { grid-template-columns: repeat(2, minmax(0, 1fr)); } .closeups.flat { grid-template-columns: minmax(0, 1fr); }
.closeup { position: relative; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; background: var(--table); width: fit-content; max-width: 100%; margin-top: .3rem; }
.closeup img { display: block; max-width: 100%; height: auto; max-height: 22rem; } .closeup svg { position: absolute; inset: 0; width: 100%; height: 100%; }
main > section, footer { margin-bottom: 2.75rem; min-width: 0; }
h2 { font-size: 1.2rem; letter-spacing: -.012em; font-weight: 650; margin-bottom: .75rem; }
h3 { font-size: 1rem; font-weight: 600; }
h4 { font-size: .867rem; font-weight: 600; color: var(--soft); margin-bottom: .5rem; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); }
.empty { color: var(--soft); padding: 1.25rem; border: 1px dashed var(--line); border-radius: var(--round); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .6rem 1rem; vertical-align: top; font-weight: 400; }
thead th { font-size: .8rem; color: var(--soft); padding-block: .5rem; font-weight: 550; }
tbody tr { border-top: 1px solid var(--line); }
tbody th { font-weight: 550; }
.gates th code { color: var(--soft); margin-left: .5rem; font-weight: 400; }
.gates tr.idle th { color: var(--soft); } .gates tr.idle th code { margin-left: 0; }
.gates tbody th { width: 100%; } .gates td { white-space: nowrap; }
.reason { display: block; color: var(--soft); font-weight: 400; font-size: .9rem; }
.number { text-align: right; white-space: nowrap; }
.status { display: inline-flex; align-items: center; gap: .45rem; color: var(--status); font-weight: 550; white-space: nowrap; }
.mark { flex: none; } .mark circle { fill: var(--status); }
.mark path { fill: none; stroke: var(--on-status); stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.overview { position: relative; overflow: auto; max-height: 34rem; }
.thumb { position: relative; display: block; aspect-ratio: 4 / 3; width: 100%; min-width: 6.5rem; overflow: hidden; border-radius: 4px; background: var(--table); }
.thumb :is(img, svg) { display: block; width: 100%; height: auto; } .thumb svg { position: absolute; inset: 0 0 auto; }
.said, .begins { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .3rem; font-size: .8rem; } .begins { flex-wrap: nowrap; min-width: 0; } .begins .tag { min-width: 0; } .field .tag { font-size: .75rem; padding: 0 .35rem; }
.overview thead th { position: sticky; top: 0; background: var(--sheet); box-shadow: 0 1px var(--line); z-index: 1; }
.overview th { white-space: nowrap; overflow-wrap: normal; } .overview th bdi { display: block; max-width: 16rem; overflow: hidden; text-overflow: ellipsis; } .overview tbody th bdi { max-width: 10rem; white-space: normal; overflow-wrap: break-word; }
.overview td { padding: .3rem .4rem; min-width: 7.5rem; }
.overview td:last-child { padding-right: .8rem; }
.field { display: grid; max-width: 15.6rem; gap: .3rem; padding: .3rem; border-radius: 7px; background: var(--status-soft); color: var(--status); text-decoration: none; font-variant-numeric: tabular-nums; }
.field:hover { box-shadow: inset 0 0 0 1px var(--status); }
.field .mark { width: 14px; height: 14px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(9.5rem, 45%), 1fr)); gap: .5rem; padding: .5rem; } .tiles .field { align-content: start; } .tiles b { color: var(--ink); font-size: .85rem; font-weight: 550; }
.none { color: var(--soft); padding: .3rem .6rem; display: block; }
.notice { border-left: 4px solid var(--warn); background: var(--warn-soft); padding: .7rem 1rem; border-radius: 0 8px 8px 0; margin-bottom: .75rem; }
.top > .notice { margin-bottom: 2rem; } .notice.mild { border-color: var(--line); background: var(--press); }
.group, .flows { margin-bottom: .6rem; }
.layout-fault, .test-look { padding: .8rem 1rem; margin-bottom: .6rem; }
.test-look .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr)); gap: .8rem; } .test-look figure { margin: 0; } .test-look img { max-width: 100%; border: 1px solid var(--line); border-radius: 6px; }
.layout-fault .tile { max-width: 100%; border: 1px solid var(--line); border-radius: 6px; }
.widths svg { max-width: 60%; border-radius: 6px; vertical-align: middle; } .widths .all { fill: var(--press); } .widths .held { fill: var(--status, var(--warn)); }
.group > ul { padding: 0 1rem .25rem 3rem; }
.group > ul > li { padding: .6rem 0; border-top: 1px solid var(--line); }
blockquote { font-family: var(--mono); font-size: .85rem; white-space: pre-wrap; background: var(--press); border-radius: 6px; padding: .4rem .7rem; margin: .35rem 0; }
.address, .place, .fix { color: var(--soft); }
.fix { display: block; font-size: .93rem; }
.rest { color: var(--soft); font-size: .867rem; padding: .5rem 1rem .75rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem 3rem; padding: 1.1rem 1.25rem; }
.columns h3 { margin-bottom: .4rem; } .columns li { padding: .35rem 0; }
.next { margin-top: .6rem; display: grid; gap: .3rem; } .call { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .6rem; } .call code { background: var(--press); border-radius: 6px; padding: .15rem .5rem; } .call .reason { display: inline; }
.next summary { padding: 0; font-size: .867rem; color: var(--soft); width: fit-content; } @media (max-width: 700px) { .next summary::after, .folded summary::after { position: static; } }
.next summary:hover { background: none; color: var(--ink); } .next details > .call { margin-top: .3rem; }
.player video { display: block; max-width: 100%; max-height: 34rem; background: var(--table); border-radius: 6px; } .frames { margin: .5rem 0; }
.key-frames { position: relative; display: flex; gap: .5rem; overflow-x: auto; padding: 3px; margin: .5rem 0; font-size: .82rem; } .key-frame { display: grid; gap: .15rem; justify-items: center; font-family: var(--mono); }
.key-frame img { display: block; height: 5.5rem; width: auto; max-width: 10rem; object-fit: contain; border: 1px solid var(--line); border-radius: 4px; background: var(--table); } .key-frame[aria-current] { font-weight: 700; } .key-frame[aria-current] img { outline: 2px solid var(--focus); outline-offset: 1px; }
.flow .pictures.has-1 .frame { max-width: min(100%, 40rem); }
.strip { display: block; width: 100%; height: 12px; border-radius: 6px; margin: .4rem 0; } .strip .all { fill: var(--press); } .strip .at-step { fill: var(--soft); } .strip :is(.at-error, .at-request, .at-finding) { fill: var(--fail); }
.moments { max-height: 18rem; overflow: auto; font-size: .9rem; } .moments li { padding: .15rem 0; } .moments .kind { color: var(--soft); } .moments :is(.at-error, .at-request, .at-finding) .kind { color: var(--fail); font-weight: 550; } .moment { font-family: var(--mono); font-size: .85em; } .moment[aria-current] { font-weight: 700; }
.folded { margin-top: .6rem; } .folded > summary { color: var(--soft); } .in-full { margin-bottom: .75rem; max-width: 90ch; } .muted { color: var(--soft); }
.viewport { font-weight: 450; color: var(--soft); }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.25rem; font-size: .93rem; }
.facts dt { color: var(--soft); }
.keys p { color: var(--soft); line-height: 2; margin-bottom: .5rem; }
kbd { border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 5px; padding: .05rem .4rem; color: var(--ink); background: var(--paper); }
.check { display: inline-flex; align-items: center; gap: .45rem; cursor: pointer; }
.check input { width: 1.05rem; height: 1.05rem; margin: 0; accent-color: var(--link); }
@media (max-width: 900px) { .lead { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 700px) {
  .lead .worst { padding-inline: .9rem; } .closeups.has-2 { grid-template-columns: minmax(0, 1fr); }
  .verdict { grid-template-columns: minmax(0, 1fr); padding: 1.5rem 0; } .when { margin-left: 0; display: block; }
  nav { order: 3; width: 100%; justify-content: space-between; gap: .5rem; }
  .gates thead { display: none; } .gates tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; padding: .6rem 0; }
  .gates th { grid-column: 1 / -1; } .gates th, .gates td { padding: .15rem 1rem; }
  .gates th code { margin-left: 0; display: block; }
  .group > ul { padding-left: 1rem; }
  th, td { padding-inline: .75rem; }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; } .facts dd { margin-bottom: .4rem; }
}
/* Three viewports side by side on a phone, more of them to scroll to; the name of a screen above its pictures. */
@media (max-width: 480px) {
  .overview td, .overview td:last-child { padding: .2rem; min-width: 5.1rem; } .overview th { padding-inline: .5rem .3rem; } .thumb { min-width: 0; }
  .overview :is(table, thead, tbody) { display: block; } .overview thead { position: sticky; top: 0; z-index: 1; width: max-content; min-width: 100%; } .few tr { display: flex; flex-wrap: wrap; padding: 0 .2rem; }
  .few td, .few thead th { flex: 1 1 0; min-width: 0; } .few tbody th { flex: 0 0 100%; padding: .5rem .4rem 0; }
  .overview:not(.few) tr { display: grid; grid-auto-columns: 6.2rem; padding: 0 .2rem; width: max-content; min-width: 100%; } .overview:not(.few) :is(td, thead th) { grid-row: 2; }
  .overview:not(.few) tbody th { grid-area: 1 / 1; width: 18rem; padding: .5rem .4rem 0; }
  .overview thead th:first-child { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .few .tag { overflow-wrap: normal; font-size: .7rem; padding-inline: .25rem; }
  .overview thead th bdi { max-width: 5rem; } .overview tbody th bdi { max-width: none; }
}
@media print { .bar nav, .filter, .tools, #theme, .keys, .skip { display: none !important; } }
`;

/** The stage: pictures beside each other or on top of each other, outlines, pins and their tools. */
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
.stage { position: relative; background: var(--table); border-radius: 8px; padding: 14px; display: grid; gap: .5rem 16px; overflow: auto; max-height: min(86vh, 60rem); align-items: start; overscroll-behavior: auto; }
.stage.has-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); } .stage.has-2 { grid-template-columns: repeat(2, minmax(0, 1fr)); } .stage.has-1 { grid-template-columns: minmax(0, 1fr); }
.portrait .stage { grid-template-columns: repeat(auto-fit, minmax(0, 320px)); justify-content: center; }
.portrait .stage.has-3 { grid-template-columns: repeat(3, minmax(0, 320px)); }
.shot { min-width: 0; }
.shot figcaption { display: flex; flex-wrap: wrap; gap: 0 .7rem; align-items: baseline; padding-bottom: .5rem; font-size: .867rem; }
.side { font-weight: 600; } .size { color: var(--soft); }
.shot figcaption a { margin-left: auto; }
.frame { position: relative; width: fit-content; max-width: 100%; margin: 0 auto; background: var(--sheet); }
.frame img { position: absolute; left: 0; top: 0; max-width: none; display: block; user-select: none; -webkit-user-drag: none; color: var(--soft); font-size: .8rem; }
.reference img { z-index: 2; } .actual img, .diff img { z-index: 1; }
.regions-on-top { display: block; position: relative; z-index: 3; max-width: 100%; height: auto; overflow: visible; pointer-events: none; box-shadow: 0 0 0 1px var(--line); }
.has-1 .regions-on-top { max-height: none; }
.portrait .regions-on-top { max-width: min(100%, 320px); } .portrait .has-1 .regions-on-top { max-width: min(100%, 300px); }
.absent { position: absolute; inset: 0; display: grid; place-content: center; text-align: center; color: var(--soft); padding: .5rem; }
.outline rect { fill: none; vector-effect: non-scaling-stroke; }
.outline .halo { stroke: #fff; stroke-width: 4; stroke-opacity: .8; } .outline .line { stroke: var(--sev); stroke-width: 2; }
.outline:is(.is-lit, .is-picked) .line { stroke-width: 4; fill: var(--sev); fill-opacity: .14; }
.pin { transform: scale(var(--k, 3)); pointer-events: auto; cursor: pointer; }
.pin circle { fill: var(--sev); stroke: #fff; stroke-width: 1.5; }
.pin text { fill: #fff; font: 650 10.5px var(--sans); }
.no-regions .outline { display: none; }
[data-mode=slider] .stage, [data-mode=onion] .stage, [data-mode=blink] .stage { grid-template-columns: 1fr 1fr; justify-content: stretch; touch-action: pan-y; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) :is(.reference, .actual) { display: contents; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .diff { display: none; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .frame { grid-area: 2 / 1 / 3 / 3; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .reference figcaption { grid-area: 1 / 1; justify-content: flex-start; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .actual figcaption { grid-area: 1 / 2; justify-content: flex-end; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) figcaption a { margin-left: 0; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .reference .frame { background: none; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .reference .outline { display: none; }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]).portrait .regions-on-top { max-width: min(100%, 420px); }
:is([data-mode=slider], [data-mode=onion], [data-mode=blink]).tall .regions-on-top { max-width: min(100%, 900px); }
[data-mode=slider] .frame { cursor: ew-resize; touch-action: pan-y; }
[data-mode=slider] .reference img { clip-path: inset(0 calc(100% - var(--cut-in-picture, 50%)) 0 0); }
[data-mode=onion] .reference img { opacity: var(--mix, .5); }
[data-mode=blink]:not([data-flipped]) .reference img { visibility: visible; } [data-mode=blink][data-flipped] .reference img { visibility: hidden; }
.seam { display: none; position: absolute; top: 0; bottom: 0; left: var(--cut, 50%); width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 0 1px rgb(0 0 0 / .55); z-index: 4; pointer-events: none; }
.seam::after { content: ""; position: sticky; display: block; top: 40vh; width: 26px; height: 26px; margin: 0 -12px; translate: 0 min(3rem, 40%); border-radius: 50%; background: #fff; box-shadow: 0 0 0 1px rgb(0 0 0 / .55), 0 1px 6px rgb(0 0 0 / .3); }
[data-mode=slider] .actual .seam { display: block; }
.zoomed .stage, .zoomed.portrait .stage { grid-template-columns: repeat(3, max-content); justify-content: start; }
.zoomed .frame, .zoomed .regions-on-top, .zoomed.comparison .stage .regions-on-top { max-width: none; }
.zoomed:is([data-mode=slider], [data-mode=onion], [data-mode=blink]) .stage { grid-template-columns: max-content max-content; }
.zoomed .frame img.exact { image-rendering: pixelated; }
@media (max-width: 700px) {
  .modes { width: 100%; } .modes label { flex: 1 1 auto; text-align: center; } .modes span { padding-inline: .3rem; font-size: .82rem; }
  .switches { margin-left: 0; } .mix, .mix input { flex: 1; }
  .stage { padding: 10px; margin-inline: -.75rem; border-radius: 0; }
  [data-mode=side] .stage:not(.has-1) { grid-template-columns: repeat(3, 78%); grid-auto-flow: column; scroll-snap-type: x proximity; justify-content: start; }
  [data-mode=side] .shot { scroll-snap-align: center; }
}
@media (prefers-reduced-motion: no-preference) { .outline .line { transition: stroke-width .12s, fill-opacity .12s; } }
`;

/** The colours of the drawing, so that panel and statechart match. */
const COLOURS = `
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #0d1117);
  --raised: light-dark(#f6f8fa, #161b22);
  --border: light-dark(#d0d7de, #30363d);
  --text: light-dark(#1f2328, #e6edf3);
  --quiet: light-dark(#59636e, #9198a1);
  --accent: light-dark(#0a5fc2, #6cabff);
  --bad: light-dark(#b3261e, #ff8a82);
  --signedOut: light-dark(#646d7a, #98a2b0);
  --pending: light-dark(#1c5fc4, #6cabff);
  --guest: light-dark(#8640b8, #cf9bf5);
  --user: light-dark(#177a39, #4cc26e);
`;

export const STYLES = `
.screen { ${COLOURS} box-sizing: border-box; height: 100%; display: flex; flex-direction: column; container: screen / size;
  font: 13px/1.45 system-ui, sans-serif; color: var(--text); background: var(--ground); --here: var(--pending); }
.screen *, .screen *::before { box-sizing: border-box; }
.screen[data-status=signedOut] { --here: var(--signedOut); }
.screen[data-status=guest] { --here: var(--guest); }
.screen[data-status=user] { --here: var(--user); }
.screen [hidden] { display: none !important; }
.screen button { font: inherit; color: inherit; background: none; border: 1px solid var(--border); border-radius: 6px;
  padding: 4px 10px; cursor: pointer; }
.screen button:hover { background: var(--raised); }
.screen :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.screen header { display: flex; align-items: center; gap: 10px; padding: 8px 12px; border-bottom: 1px solid var(--border);
  background: var(--raised); min-height: 46px; }
.screen header .status { color: var(--ground); background: var(--here); border-radius: 99px; padding: 1px 9px; font-weight: 600; }
.screen header .status:empty { display: none; }
.screen[data-gone] header .status { background: var(--quiet); }
.screen header .state { font-weight: 600; overflow-wrap: anywhere; }
.screen header .countdown { color: var(--quiet); font-variant-numeric: tabular-nums; margin-left: auto; white-space: nowrap; }
.screen header .close { font-size: 18px; line-height: 1; padding: 4px 9px; border-color: transparent; }
.screen header select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--border); border-radius: 6px; padding: 4px; max-width: 40%; }
.screen nav { display: none; gap: 6px; padding: 8px 12px 0; }
.screen nav button { flex: 1; }
.screen nav button[aria-pressed=true] { background: var(--text); color: var(--ground); border-color: var(--text); }
.screen .then { margin: 0; padding: 6px 12px; background: light-dark(#fff8e1, #2b2413); border-bottom: 1px solid var(--border); }
.screen .parts { flex: 1; min-height: 0; display: grid; grid-template: minmax(0, auto) minmax(0, 1fr) / minmax(0, 1fr) minmax(300px, 36%); }
.screen section { min-height: 0; overflow: auto; }
.screen section h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.screen section[data-part=Statechart] { grid-area: 1 / 1 / 3 / 2; border-right: 1px solid var(--border); overflow: hidden; }
.screen section[data-part=Now] { grid-area: 1 / 2; border-bottom: 1px solid var(--border); max-height: 52cqh; }
.screen section[data-part=Timeline] { grid-area: 2 / 2; }

.chart { height: 100%; overflow: auto; }
.chart svg { display: block; width: 100%; min-width: 640px; max-width: 1000px; margin: 0 auto; height: auto; }
.chart .state > rect { transition: stroke-width .2s, opacity .2s; }
.chart .state { opacity: .8; }
.chart .state.active { opacity: 1; }
.chart .state.active > rect { stroke: var(--here); stroke-width: 3; }
.chart .state.active > rect.inner { fill: color-mix(in srgb, var(--here) 16%, var(--ground)); }
.chart path.move { opacity: .5; }
.chart path.move.traced { opacity: 1; stroke-width: 3.5; }
.chart.failed path.move.traced { stroke: var(--bad); }
.chart g.move.traced text { text-decoration: underline; text-underline-offset: 2px; }
.chart g.move.traced > .label { stroke: var(--here); stroke-width: 2; }

.present { padding: 10px 12px; }
.present h3 { margin: 0; font-size: 15px; overflow-wrap: anywhere; }
.present p { margin: 2px 0; }
.present p:empty { display: none; }
.present .events { display: flex; flex-wrap: wrap; gap: 6px; margin: 8px 0; }
.present .events button { font-family: ui-monospace, monospace; font-size: 12px; color: var(--accent); }
.present summary { cursor: pointer; color: var(--quiet); }
.screen dl { margin: 6px 0; }
.screen dl > div { display: flex; gap: 8px; justify-content: space-between; padding: 1px 0; }
.screen dt { color: var(--quiet); }
.screen dd { margin: 0; text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.screen dl.timers dd { white-space: nowrap; }
.screen code { font-family: ui-monospace, monospace; font-size: 12px; }
.screen dl.view dd { font-family: ui-monospace, monospace; font-size: 12px; }
.screen dl.timers dd { font-weight: 600; }
.quiet { color: var(--quiet); }
.timeline > p { padding: 10px 12px; margin: 0; }
.timeline ol { list-style: none; margin: 0; padding: 0; }
.timeline li { border-bottom: 1px solid var(--border); }
.timeline button { display: block; width: 100%; text-align: left; border: 0 !important; border-radius: 0 !important; padding: 7px 12px !important;
  border-left: 3px solid transparent !important; }
.timeline button > * { display: block; overflow-wrap: anywhere; }
.timeline button[aria-pressed=true] { background: var(--raised); border-left-color: var(--accent) !important; }
.timeline .when, .timeline .why { color: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums; }
.timeline .way { font-family: ui-monospace, monospace; font-size: 12px; }
.timeline .failed .why, .timeline .failed strong { color: var(--bad); }
.timeline .ignored strong { font-weight: 400; color: var(--quiet); }

/* Wide and low, as at the bottom of a page: three columns. */
@container screen (min-width: 960px) and (max-height: 560px) {
  .screen .parts { grid-template: minmax(0, 1fr) / minmax(0, 1fr) minmax(280px, 27%) minmax(280px, 27%); }
  .screen section[data-part=Statechart] { grid-area: 1 / 1; }
  .screen section[data-part=Now] { grid-area: 1 / 2; border-bottom: 0; border-right: 1px solid var(--border); max-height: none; }
  .screen section[data-part=Timeline] { grid-area: 1 / 3; }
}
@container screen (max-width: 720px) {
  .screen nav { display: flex; }
  .screen .parts { display: block; overflow: auto; padding-top: 8px; }
  .screen .parts section[data-part] { display: none; border: 0; max-height: none; }
}
${['Now', 'Statechart', 'Timeline']
  .map(
    (part) => `@container screen (max-width: 720px) {
  .screen[data-part=${part}] .parts section[data-part=${part}] { display: block; height: 100%; }
}`,
  )
  .join('\n')}
@media (prefers-reduced-motion: reduce) { .chart .state > rect { transition: none; } }
`;

/** The smallest panel, and the least room for the page beside the largest, in px. */
export const LIMITS = {
  bottom: { least: 160, rest: 96 },
  right: { least: 320, rest: 240 },
} as const;

/** In a narrower window the panel is always at the bottom. */
export const WIDE = '(min-width: 761px)';

const sizeOf = (side: keyof typeof LIMITS, size: string) => {
  const { least, rest } = LIMITS[side];
  return `clamp(${least}px, ${size}, max(${least}px, 100${side === 'right' ? 'vw' : 'vh'} - ${rest}px))`;
};

export const DOCK_STYLES = `
:host { all: initial; position: fixed; z-index: 2147483000; inset: auto 12px 12px auto; font: 13px/1.4 system-ui, sans-serif; }
[hidden] { display: none !important; }
.opener { ${COLOURS} font: 600 13px system-ui, sans-serif; color: var(--text); background: var(--raised); border: 1px solid var(--border);
  border-radius: 99px; padding: 8px 14px; cursor: pointer; box-shadow: 0 2px 10px #0003; }
.opener:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.dock { ${COLOURS} position: fixed; inset: auto 0 0 0; box-sizing: border-box; height: ${sizeOf('bottom', 'var(--size-bottom)')}; border-top: 1px solid var(--border); }
.edge { position: absolute; z-index: 1; inset: -4px 0 auto 0; height: 9px; cursor: ns-resize; touch-action: none; }
.edge::after { content: ""; position: absolute; inset: 3px 0; background: var(--accent); opacity: 0; }
.edge::before { content: ""; position: absolute; inset: 3px calc(50% - 18px); background: var(--quiet); border-radius: 2px; }
.edge:hover::after, .edge:focus-visible::after, .edge:active::after { opacity: 1; }
.edge:focus-visible { outline: 2px solid var(--accent); }
.corner { display: flex; gap: 2px; flex: none; }
.corner .side::before { content: ""; display: block; box-sizing: border-box; width: 15px; height: 13px; border: 1.5px solid; border-right-width: 6px; border-radius: 2px; }
.dock[data-side=right] .corner .side::before { border-right-width: 1.5px; border-bottom-width: 6px; }
@media (pointer: coarse) {
  .edge { inset: -15px 0 auto 0; height: 20px; }
  .edge::before, .edge::after { inset-block: 14px 3px; }
}
@media not all and ${WIDE} {
  .corner .side { display: none; }
}
@media ${WIDE} {
  .dock[data-side=right] { inset: 0 0 0 auto; height: auto; width: ${sizeOf('right', 'var(--size-right)')}; border-top: 0; border-left: 1px solid var(--border); }
  .dock[data-side=right] .edge { inset: 0 auto 0 -4px; width: 9px; height: auto; cursor: ew-resize; }
  .dock[data-side=right] .edge::before { inset: calc(50% - 18px) 3px; }
  .dock[data-side=right] .edge::after { inset: 0 3px; }
}
`;

/** Makes room in the page for an open panel, so that it covers nothing. */
export const roomFor = (side: keyof typeof LIMITS, sizes: Record<keyof typeof LIMITS, number>): string => {
  const at = (where: keyof typeof LIMITS) => {
    const size = sizeOf(where, `${sizes[where]}px`);
    return `html { box-sizing: border-box !important; padding-${where}: ${size} !important; scroll-padding-${where}: ${size}; }`;
  };
  return side === 'bottom'
    ? at('bottom')
    : `@media ${WIDE} { ${at('right')} } @media not all and ${WIDE} { ${at('bottom')} }`;
};

import { onDemand } from '../lib/on-demand.ts';

/** Loads ofetch on demand: most pages never need it. */
export const loadOfetch = /* @__PURE__ */ onDemand(() => import('ofetch'));

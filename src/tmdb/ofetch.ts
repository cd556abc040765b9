import { onDemand } from '../lib/on-demand.ts';

/** ofetch, loaded where it is needed: most pages never do. */
export const loadOfetch = /* @__PURE__ */ onDemand(() => import('ofetch'));

/** Exports that exist only under the condition `node`. Checked by `tsc`, never run. */

import { startViewer } from 'tmdb-auth/inspect';

startViewer({ allow: ['http://localhost:5173'] }) satisfies Promise<{ url: string; close(): Promise<void> }>;

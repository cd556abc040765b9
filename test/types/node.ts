/** What there is only where the condition `node` holds. Checked by `tsc`, never run. */

import { startViewer } from 'tmdb-auth/inspect';

startViewer({ allow: ['http://localhost:5173'] }) satisfies Promise<{ url: string; close(): Promise<void> }>;

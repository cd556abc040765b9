/**
 * Shows a running client in the local viewer, the Stately Inspector or the classic inspector.
 * @module tmdb-auth/inspect
 */
import { viewerOver } from './viewer.ts';

export * from './shared.ts';

/** Shows the client in the viewer that `tmdb-auth inspect` runs. */
export const connectViewer = viewerOver((url) => new WebSocket(url));

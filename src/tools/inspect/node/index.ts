/**
 * Shows a running client in the local viewer, the Stately Inspector or the classic inspector.
 * @module tmdb-auth/inspect
 */
import { viewerOver } from '../viewer.ts';
import { openSocket } from './socket.ts';

export * from '../shared.ts';
export { type StartViewerOptions, startViewer, type Viewer } from './start-viewer.ts';

/** Shows the client in the viewer that `tmdb-auth inspect` runs. Does not keep the process alive. */
export const connectViewer = viewerOver(openSocket);

/**
 * A program that shows its client in the viewer. WORKER (JSON) says what it does: it signs in as a guest, then
 * disposes, only stops, or stays until it is killed; or it disposes before anything else.
 */
import { createTmdbAuth } from '../../src/index.ts';
import { connectViewer } from '../../src/tools/inspect/node/index.ts';

export interface Work {
  accessToken: string;
  baseURL: string;
  url: string;
  name?: string;
  ending: 'dispose' | 'dispose at once' | 'stop' | 'disconnect' | 'stay';
}

const { accessToken, baseURL, url, name, ending }: Work = JSON.parse(process.env.WORKER ?? '{}');
const auth = createTmdbAuth({ credentials: { accessToken }, baseURL });
const disconnect = connectViewer(auth, { url, ...(name && { name }) });

if (ending === 'dispose at once') {
  auth.dispose();
} else {
  await auth.loginAsGuest();
  if (ending === 'dispose') auth.dispose();
  if (ending === 'disconnect') disconnect();
  if (ending === 'stay') setInterval(() => {}, 60_000);
}
process.stdout.write(`${ending}\n`);

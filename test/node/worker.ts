/**
 * A program that uses createNodeAuth, for a test to kill. WORKER holds its options as JSON, stdin takes one command
 * for each line, and stdout reports everything as one line of JSON each. `end` disposes the client; `leave` only
 * stops reading.
 */
import { createInterface } from 'node:readline';
import { type AuthView, TmdbAuthError } from '../../src/index.ts';
import { createNodeAuth, fileStorage } from '../../src/platforms/node/index.ts';
import { MEDIA, valueAt } from '../core/guest.ts';
import type { Said } from './workers.ts';

const { folder, poll, ...options } = JSON.parse(process.env.WORKER ?? '{}');
const say = (said: Said) => process.stdout.write(`${JSON.stringify(said)}\n`);

const auth = createNodeAuth({
  ...options,
  folder,
  // The test opens the page: it reads the address below.
  browser: poll ? false : async () => {},
  onApprovalUrl: (approvalUrl) => say({ approvalUrl }),
  onWarning: (warning) => say({ warning }),
});
say({ view: auth.getView() });
auth.subscribe((view) => say({ view }));

/** Writes records of very different lengths, one after the other, until it is killed. */
async function writeForEver(): Promise<AuthView> {
  const storage = fileStorage(folder);
  for (let turn = 0; ; turn++) {
    const text = 'x'.repeat(turn % 2 === 0 ? 10 : 500_000);
    await storage.set('loop', JSON.stringify({ turn, text, end: true }));
    if (turn === 0) say({ done: 'first write' });
  }
}

const commands: Record<string, () => Promise<AuthView>> = {
  login: () => auth.login(),
  guest: () => auth.loginAsGuest(),
  logout: () => auth.logout(),
  cancel: () => auth.cancel(),
  retry: () => auth.retry(),
  async ask() {
    await auth.fetch('/3/account');
    return auth.getView();
  },
  write: writeForEver,
  async rateAll() {
    for (const [at, media] of MEDIA.entries()) {
      await auth.api(`/3/${media}/rating`, { method: 'POST', body: { value: valueAt(at) } });
    }
    return auth.getView();
  },
  async carry() {
    await auth.carryOverGuestRatings();
    return auth.getView();
  },
};

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  if (line === 'end' || line === 'leave') {
    if (line === 'end') auth.dispose();
    input.close();
    process.stdin.destroy();
    return;
  }
  commands[line]?.().then(
    (view) => say({ done: line, view }),
    (error) =>
      say({
        done: line,
        failure: TmdbAuthError.is(error) ? error.failure : { ...error, message: `${error}` },
      }),
  );
});

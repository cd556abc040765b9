/**
 * A program that is going to be killed. Its options come in CHILD (JSON), calls line by line on its standard input, and
 * every view and every end of a call goes to its standard output, a line of JSON each.
 */
import { createInterface } from 'node:readline';
import { createTmdbAuth } from '../../src/index.ts';
import { fileStorage } from '../../src/platforms/node/index.ts';
import { CALLS, type CallName, codeOf, keepFor } from './calls.ts';
import type { Said } from './children.ts';

const { folder, kept, ...options } = JSON.parse(process.env.CHILD ?? '{}');
const say = (said: Said) => process.stdout.write(`${JSON.stringify(said)}\n`);

const auth = createTmdbAuth({ ...options, storage: fileStorage(folder), onWarning: () => {} });
if (kept) keepFor(auth, kept);
say({ view: auth.getView() });
auth.subscribe((view) => say({ view, approvalUrl: auth.approvalUrl }));

createInterface({ input: process.stdin }).on('line', (name: CallName) => {
  CALLS[name](auth).then(
    () => say({ done: name, code: null }),
    (error: unknown) => say({ done: name, code: codeOf(error) }),
  );
});

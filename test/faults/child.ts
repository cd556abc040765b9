/**
 * A program for a test to kill. CHILD holds its options as JSON, stdin takes one call for each line, and stdout
 * reports every view and the end of every call as one line of JSON each.
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

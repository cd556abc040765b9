import { startViewer } from '../inspect/node/index.ts';
import { EXIT } from './exit-codes.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Invocation } from './invocation.ts';
import { taken } from './taken.ts';

/** Runs the local viewer until Ctrl-C, and prints how to use it. */
export async function inspect({ options, output }: Invocation): Promise<number> {
  const { port, allow = [] } = options;
  const viewer = await startViewer({
    allow,
    ...(port !== undefined && { port }),
    onRefused: (origin) =>
      output.note(`Refused a page of ${origin}. To allow it: tmdb-auth inspect --allow ${origin}`),
  }).catch(taken);
  output.json({ url: viewer.url });
  output.say(`The viewer is at ${viewer.url}. In another terminal:`);
  output.say('');
  output.say(`  tmdb-auth login --inspect${port === undefined ? '' : ` ${viewer.url}`}`);
  output.say('');
  output.say(
    `In code: connectViewer(auth, { url: '${viewer.url}' }) from tmdb-auth/inspect. Ctrl-C ends it.`,
  );
  await untilInterrupted(
    (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
  );
  await viewer.close();
  return EXIT.done;
}

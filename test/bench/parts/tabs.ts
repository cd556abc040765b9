import { setTimeout as pause } from 'node:timers/promises';
import { type ChannelPort, createTmdbAuth, memoryStorage, type StoragePort, type TmdbAuth } from 'tmdb-auth';
import { type LocalTmdb, startTmdb } from '../local-tmdb.ts';
import { inRounds } from '../rounds.ts';
import { ratio, type Section } from '../section.ts';

const CLIENTS = [8, 16, 32];
const MOST = 1.5;
const CALLBACK = 'http://app.test/callback';
const KEY = 'tmdb-auth';
/** The order of answers decides which client reads what, so one round says little. */
const ROUNDS = 5;
/** In ms. */
const REST = 500;

interface Counted extends StoragePort {
  operations(): number;
}

function countedStorage(): Counted {
  const kept = memoryStorage();
  let operations = 0;
  const counted =
    <Given extends unknown[], Answer>(operate: (...given: Given) => Answer) =>
    (...given: Given) => {
      operations += 1;
      return operate(...given);
    };
  return {
    get: counted(kept.get),
    set: counted(kept.set),
    remove: counted(kept.remove),
    operations: () => operations,
  };
}

/** As between tabs, a message arrives after the call that posted it. */
function channelOn(name: string): ChannelPort & { close(): void } {
  const wire = new BroadcastChannel(name);
  return {
    post: (how) => wire.postMessage(how ?? null),
    subscribe(changed) {
      const hear = ({ data }: MessageEvent) => changed(data ?? undefined);
      wire.addEventListener('message', hear as never);
      return () => wire.removeEventListener('message', hear as never);
    },
    close: () => wire.close(),
  };
}

/** The storage operations of this many clients on one record that sign in at once, until they have settled. */
async function operationsOf(count: number, { baseURL, accessToken }: LocalTmdb): Promise<number> {
  const storage = countedStorage();
  const channels: ReturnType<typeof channelOn>[] = [];
  const clients = Array.from({ length: count }, (): TmdbAuth => {
    const channel = channelOn(`tabs-${count}`);
    channels.push(channel);
    const auth: TmdbAuth = createTmdbAuth({
      credentials: { accessToken },
      baseURL,
      webURL: baseURL,
      storage,
      storageKey: KEY,
      channel,
      navigator: {
        visit: () => ({
          redirectTo: CALLBACK,
          open(approvalUrl) {
            const token = new URL(approvalUrl).pathname.split('/').at(-1);
            auth.handleCallback(`${CALLBACK}?request_token=${token}&approved=true`).catch(() => {});
          },
        }),
      },
    });
    return auth;
  });
  await pause(REST);
  const before = storage.operations();
  await Promise.allSettled(clients.map((auth) => auth.login()));
  for (let last = -1; last !== storage.operations(); ) {
    last = storage.operations();
    await pause(REST);
  }
  const states = new Set(clients.map((auth) => auth.getView().state));
  if ([...states].join() !== 'sessionActive.ready')
    throw new Error(`Not every client is signed in: ${[...states].join(', ')}`);
  const operations = storage.operations() - before;
  for (const auth of clients) auth.dispose();
  await pause(REST);
  for (const channel of channels) channel.close();
  return operations;
}

/** The cost of clients that share one record and sign in at once: each reads every change of the others. */
export async function measure(): Promise<Section> {
  const tmdb = await startTmdb();
  const { figures } = await inRounds(
    Object.fromEntries(CLIENTS.map((count) => [count, () => operationsOf(count, tmdb)])),
    { rounds: ROUNDS, warmUp: 0 },
  );
  tmdb.close();
  const each = CLIENTS.map((count) => (figures[count] ?? 0) / count);
  const [first = 0] = each;
  return {
    head: ['Tabs that sign in at once', 'storage operations', 'each', 'relative to 8'],
    rows: CLIENTS.map((count, at) => {
      const operations = each[at] ?? 0;
      return [String(count), String(operations * count), operations.toFixed(1), ratio(operations / first)];
    }),
    goals: [
      {
        what: 'Storage operations of a client if 32 sign in at once, relative to 8',
        is: (each.at(-1) ?? 0) / first,
        most: MOST,
        unit: 'ratio',
      },
    ],
    notes: [
      `Medians of ${ROUNDS} rounds. The count is of reads, writes and removals of one storage without a lock, like \`localStorage\`, from the call of \`login()\` in every client until all are signed in and at rest. The clients notify each other by a \`BroadcastChannel\`.`,
    ],
  };
}

import { setTimeout as pause } from 'node:timers/promises';
import { createTmdbAuth, memoryStorage } from 'tmdb-auth';
import { createAuthHandler } from 'tmdb-auth/server';
import { MB, type Section } from '../section.ts';

const SIGN_INS = 10_000;
const RECORDS = 100_000;
/** Noise, in bytes for each sign-in: a page of compiled code more or less, spread over all of them. */
const NOISE = 100;

const origin = 'https://films.example';
const credentials = { accessToken: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJiZW5jaCJ9.c2lnbmF0dXJl' };
let made = 0;
/** A TMDB that gives out different tokens. */
const fetch = async () => {
  made += 1;
  return Response.json({
    success: true,
    request_token: made.toString(16).padStart(40, '0'),
    expires_at: `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
  });
};

/** After a pause, so that garbage can be collected. */
async function heap(): Promise<number> {
  for (let times = 0; times < 5; times += 1) {
    await pause(50);
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}
const handles = () => process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap').length;

/** The memory that waiting sign-ins take on the server: none, as they are in their users’ cookies. */
async function onTheServer() {
  const auth = createAuthHandler({
    requestsPerSecond: Number.POSITIVE_INFINITY,
    credentials,
    origin,
    secrets: ['a secret of this measurement, long enough'],
    fetch,
  });
  const begin = async (times: number) => {
    for (let done = 0; done < times; done += 1) {
      const answer = await auth(new Request(`${origin}/auth/login`));
      if (!answer.headers.get('set-cookie')?.includes('pending')) throw new Error('This is no sign-in.');
    }
  };
  await begin(2_000);
  const before = { heap: await heap(), handles: handles() };
  await begin(SIGN_INS);
  return { bytesEach: ((await heap()) - before.heap) / SIGN_INS, handles: handles() - before.handles };
}

/** The text of a record that waits for its approval, as a client stores it. */
async function storedRecord(): Promise<string> {
  const storage = memoryStorage();
  const auth = createTmdbAuth({ credentials, storage, storageKey: 'record', fetch });
  const login = auth.login({ redirectTo: 'https://films.example/auth/callback' }).catch(() => {});
  let text: string | null = null;
  while (text === null) {
    await pause(1);
    text = await storage.get('record');
  }
  auth.dispose();
  await login;
  return text;
}

/** The same in a server that holds them: texts under names, each in memory of its own. */
async function held() {
  const sample = await storedRecord();
  const token = made.toString(16).padStart(40, '0');
  if (!sample.includes(token)) throw new Error('The record does not hold the token.');
  const records = new Map<string, string>();
  const before = await heap();
  for (let number = 0; number < RECORDS; number += 1) {
    const text = sample.replace(token, number.toString(16).padStart(40, '0'));
    // A flat text with one byte per character, as from a socket, not a view of another text.
    records.set(`record:${number}`, Buffer.from(text).toString('latin1'));
  }
  const after = await heap();
  if (records.size !== RECORDS) throw new Error('Some are missing.');
  return { bytes: after - before, text: sample.length };
}

export async function measure(): Promise<Section> {
  const server = await onTheServer();
  const { bytes, text } = await held();
  // Below 0 when the engine freed other memory meanwhile.
  const bytesEach = Math.max(0, Math.round(server.bytesEach));
  return {
    head: ['Pending sign-ins', 'how many', 'memory', 'each'],
    rows: [
      [
        'on the server, which keeps them in cookies',
        SIGN_INS.toLocaleString('en'),
        MB(bytesEach * SIGN_INS),
        `${bytesEach} bytes, ${server.handles} timers or handles`,
      ],
      [
        'as records in a `Map` on the server',
        RECORDS.toLocaleString('en'),
        MB(bytes),
        `${Math.round(bytes / RECORDS)} bytes`,
      ],
    ],
    goals: [
      {
        what: 'Timers and handles of 10,000 pending sign-ins on the server',
        is: server.handles,
        most: 0,
        unit: 'count',
      },
      { what: 'Bytes of each of them (less is noise)', is: bytesEach, most: NOISE, unit: 'count' },
    ],
    notes: [
      `Memory is the heap after garbage collection, with \`--expose-gc\`. Each record is a text of ${text} characters with a request token and the address of the return, under a name of its own. The records have no goal: only the text is ours, and the rest is V8's (${Math.round(bytes / RECORDS) - text} bytes for the header of the text, the name and the entry in the \`Map\`).`,
    ],
  };
}

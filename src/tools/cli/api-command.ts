import { waitFor } from 'xstate';
import { type AuthView, type TmdbAuth, TmdbAuthError } from '../../index.ts';
import { type ApiRequest, pageOf, requestFrom } from './api-request.ts';
import { withRecord } from './client.ts';
import { EXIT } from './exit-codes.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Invocation } from './invocation.ts';
import { styled } from './line.ts';
import { whileRead } from './reader.ts';

/** Longest wait for an answer, in ms. */
const ANSWER_TIMEOUT = 60_000;
/** TMDB's maximum page number. */
const MOST_PAGES = 500;

/** Sends any request to TMDB, as the user or guest if one is signed in. The answer is the output. */
export async function api(invocation: Invocation): Promise<number> {
  const request = await requestFrom(invocation);
  return withRecord(invocation, (auth) =>
    untilInterrupted((interrupt) =>
      whileRead(interrupt, async (signal) => {
        const path = filled(request.path, auth.getView());
        const ask = (path: string) => send(auth, { ...request, path }, signal);
        return invocation.options.paginate ? allPages(invocation, path, ask) : one(invocation, ask(path));
      }),
    ),
  );
}

/**
 * Fills in `{account_id}`, as TMDB's documentation calls the user's id. A guest's id is secret: `fetch` inserts it
 * for `me`.
 */
function filled(path: string, { account, status }: AuthView): string {
  const isV4 = path.startsWith('/4/');
  const id = isV4 ? account?.objectId : account?.id;
  if (path.includes('{account_id}') && !id) {
    if (status !== 'user') throw refusal('session_invalid');
    throw isV4 ? refusal('not_allowed') : new TmdbAuthError('session_invalid', UNKNOWN_ACCOUNT);
  }
  return path.replaceAll('{account_id}', `${id}`).replaceAll('{guest_session_id}', 'me');
}

const UNKNOWN_ACCOUNT = { message: 'The account is not known yet. Ask TMDB for it: tmdb-auth whoami' };

/** Replace the client's messages, which are written for developers. */
const REFUSALS = {
  session_invalid: 'Nobody is signed in. Sign in: tmdb-auth login',
  not_allowed: 'The sign-in is for v3 only. Run: tmdb-auth logout, then tmdb-auth login --v4',
};
const refusal = (code: keyof typeof REFUSALS) => new TmdbAuthError(code, { message: REFUSALS[code] });

interface Answer {
  response: Response;
  text: string;
}

async function send(auth: TmdbAuth, { path, ...init }: ApiRequest, signal: AbortSignal): Promise<Answer> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT)]);
    const response = await auth.fetch(path, { ...init, signal: limit });
    const text = await response.text();
    // A 401 makes the client check the session: wait, so that a session that TMDB no longer knows is removed before
    // the process ends.
    await waitFor(auth.actor, (snapshot) => !snapshot.matches({ sessionActive: 'verifying' }));
    return { response, text };
  } catch (error) {
    if (signal.aborted) throw new TmdbAuthError('cancelled', { message: 'The request was cancelled.' });
    if (TmdbAuthError.is(error) && (error.code === 'session_invalid' || error.code === 'not_allowed'))
      throw refusal(error.code);
    if ((error as Error).name === 'TimeoutError') throw new TmdbAuthError('timeout');
    throw error;
  }
}

async function one(invocation: Invocation, asked: Promise<Answer>): Promise<number> {
  const answer = await asked;
  showHead(invocation, answer);
  if (!invocation.options.silent) invocation.output.body(answer.text);
  return answer.response.ok ? EXIT.done : refused(invocation, answer);
}

/** Prints each item of each page; in a pipe one per line. */
async function allPages(
  invocation: Invocation,
  path: string,
  ask: (path: string) => Promise<Answer>,
): Promise<number> {
  const { options, output } = invocation;
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const answer = await ask(pageOf(path, page));
    if (page === 1) showHead(invocation, answer);
    if (!answer.response.ok) {
      if (!options.silent) output.body(answer.text);
      return refused(invocation, answer);
    }
    const { items, total } = pageIn(answer.text);
    pages = Math.min(total, MOST_PAGES);
    if (!options.silent) for (const item of items) output.body(JSON.stringify(item));
  }
  return EXIT.done;
}

function pageIn(text: string): { items: unknown[]; total: number } {
  const body = parsed(text);
  const items = body?.results ?? body?.items;
  if (!Array.isArray(items)) throw new TypeError('This answer has no pages. Leave out --paginate.');
  return { items, total: Number(body?.total_pages ?? 1) || 1 };
}

function showHead({ options, output }: Invocation, { response }: Answer): void {
  if (!options.include) return;
  output.say(`HTTP/1.1 ${response.status} ${response.statusText}`.trimEnd());
  for (const [name, value] of response.headers) output.say(`${name}: ${value}`);
  output.say('');
}

/** Prints TMDB's message on stderr; its answer is on stdout already. */
function refused({ output }: Invocation, { response, text }: Answer): number {
  const body = parsed(text);
  const [first] = Array.isArray(body?.errors) ? body.errors : [];
  const message = body?.status_message ?? first ?? response.statusText;
  output.note([styled('red', '✗'), ` ${message || 'TMDB refused the request'} (HTTP ${response.status})`]);
  return EXIT.failed;
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return null;
  }
}

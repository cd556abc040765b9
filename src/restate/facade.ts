import { type Context, service, TerminalError, TimeoutError } from '@restatedev/restate-sdk';
import type { ApiVersion, AuthEvent, AuthView } from '../../machines/index.ts';
import { approvalUrl, sameSecret } from '../callback.ts';
import { type MachineObject, stageOf } from './machine-object.ts';
import {
  type Ask,
  type CallbackAsk,
  FRESH,
  GONE,
  type Handlers,
  LONGEST_WAIT,
  PUBLIC_EVENTS,
  type SignInView,
  type StartAsk,
} from './messages.ts';
import type { RestateSettings } from './options.ts';
import { type Sealing, secretOf } from './sealing.ts';
import type { Kept, Vault } from './vault.ts';

/** How long an answered question is remembered, in ms, so that one repeated after a lost connection is not done twice. */
const REMEMBERED_FOR = 60_000;
/** How long a start waits for TMDB's request token, in ms, before it says how far it is. */
const START_WAIT = 15_000;

/** The one service that Restate's ingress lets through. It answers whoever has the seal, and tells the others nothing. */
export function createFacade(settings: RestateSettings, sealing: Sealing) {
  const { names, apiVersion, webURL } = settings;
  const machineOf = (ctx: Context, { id }: { id: string }) =>
    ctx.objectClient<MachineObject>({ name: names.machine }, id);
  const vaultOf = (ctx: Context, { id }: { id: string }) =>
    ctx.objectClient<Vault>({ name: names.vault }, id);

  const tell = (ctx: Context, ask: { id: string }, type: AuthEvent['type']) =>
    machineOf(ctx, ask).send({ event: { type } });

  /** What is kept of the sign-in, for who began it. */
  const keptFor = async (ctx: Context, ask: Ask): Promise<Kept> => {
    const kept = await vaultOf(ctx, ask).read();
    const begun = kept && (await sealing.open<StartAsk>('begun', kept.begun));
    if (!kept || !begun || !sameSecret(begun.secret, ask.secret)) throw unknown();
    return kept;
  };

  const tokenIn = async ({ id }: { id: string }, kept: Kept | null) =>
    kept?.token ? sealing.open<string>(secretOf(id, 'requestToken'), kept.token.sealed) : null;

  const viewFor = async (ctx: Context, ask: Ask): Promise<SignInView> => {
    const kept = await keptFor(ctx, ask);
    const view = await machineOf(ctx, ask).view();
    if (!view) throw unknown();
    const begun = await sealing.open<StartAsk>('begun', kept.begun);
    const requestToken = isAwaiting(view) ? await tokenIn(ask, kept) : null;
    return {
      ...view,
      approvalUrl: requestToken && addressOf(requestToken, begun?.redirectTo, { apiVersion, webURL }),
    };
  };

  /** Until the sign-in has left that stage, or the time is over. */
  const waitFor = async (ctx: Context, ask: Ask, stage: string, timeout: number) => {
    const { id: awakeable, promise } = ctx.awakeable();
    if (await machineOf(ctx, ask).watch({ awakeable, seen: stage })) return;
    try {
      await promise.orTimeout(timeout);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      await machineOf(ctx, ask).unwatch(awakeable);
    }
  };

  /** A handler whose question and answer are sealed. */
  const sealed =
    <Name extends keyof Handlers>(
      name: Name,
      answer: (ctx: Context, ask: Handlers[Name][0]) => Promise<Handlers[Name][1]>,
    ) =>
    async (ctx: Context, request: unknown): Promise<{ sealed: string }> => {
      const ask = await sealing.open<Handlers[Name][0]>(`ask ${name}`, textIn(request));
      const now = await ctx.date.now();
      if (!ask || Math.abs(now - ask.at) > FRESH) throw new TerminalError('Not for you.', { errorCode: 401 });
      const answered = await answer(ctx, ask);
      // Sealed, the same is never the same twice. Restate compares what it has with what is said after a crash.
      return ctx.run('answer', async () => ({
        sealed: await sealing.close(`answer ${name}`, { answer: answered }),
      }));
    };

  return service({
    name: names.facade,
    options: { journalRetention: 0, idempotencyRetention: REMEMBERED_FOR },
    handlers: {
      start: sealed('start', async (ctx, ask) => {
        // What is kept has to be the same when Restate runs this again.
        const begun = await ctx.run('begun', () => sealing.close('begun', ask));
        await vaultOf(ctx, ask).begin(begun);
        await machineOf(ctx, ask).create({ input: { apiVersion } });
        await tell(ctx, ask, 'login.start');
        await waitFor(ctx, ask, 'tokenRequested', START_WAIT);
        return viewFor(ctx, ask);
      }),

      view: sealed('view', viewFor),

      wait: sealed('wait', async (ctx, ask) => {
        await keptFor(ctx, ask);
        await waitFor(ctx, ask, stageOf(ask.seen), Math.min(ask.timeout, LONGEST_WAIT));
        return viewFor(ctx, ask);
      }),

      send: sealed('send', async (ctx, ask) => {
        await keptFor(ctx, ask);
        const event = PUBLIC_EVENTS.find((known) => known === ask.event);
        if (!event) throw new TerminalError('No such event.', { errorCode: 400 });
        await tell(ctx, ask, event);
        return viewFor(ctx, ask);
      }),

      /** TMDB's flow has no `state` parameter: that the token is ours is the only proof that the return is. */
      callback: sealed('callback', async (ctx, ask: CallbackAsk) => {
        const requestToken = await tokenIn(ask, await vaultOf(ctx, ask).read());
        const { callback } = ask;
        // v4 brings the user back without a word. Only the exchange tells what they decided.
        if (!callback) {
          if (requestToken && apiVersion === 4) await tell(ctx, ask, 'approval.granted');
          return { matches: requestToken !== null && apiVersion === 4 };
        }
        if (!requestToken || !sameSecret(requestToken, callback.requestToken)) return { matches: false };
        await tell(ctx, ask, callback.approved ? 'approval.granted' : 'approval.denied');
        return { matches: true };
      }),

      collect: sealed('collect', async (ctx, ask) => {
        await keptFor(ctx, ask);
        const view = await machineOf(ctx, ask).view();
        if (view?.state !== 'sessionActive.ready') return null;
        const taken = await vaultOf(ctx, ask).take();
        if (!taken?.session) throw unknown();
        await machineOf(ctx, ask).end();
        const sessionId = await sealing.open<string>(secretOf(ask.id, 'sessionId'), taken.session.sealed);
        if (!sessionId) throw unknown();
        const accessToken = await sealing.open<string>(secretOf(ask.id, 'accessToken'), taken.access?.sealed);
        return { sessionId, accessToken, account: accountIn(view) };
      }),
    },
  });
}

/** Never was, was deleted, or is somebody else's: which of these is not to be learnt. */
const unknown = () => new TerminalError('No such sign-in.', { errorCode: GONE });

const isAwaiting = ({ state }: AuthView) => state.startsWith('awaitingApproval');

const textIn = (request: unknown) => (request as { sealed?: unknown } | null | undefined)?.sealed;

const accountIn = ({ account }: AuthView) => {
  if (!account) return null;
  const { objectId: _, ...rest } = account;
  return rest;
};

const addressOf = (
  requestToken: string,
  redirectTo: string | null | undefined,
  { apiVersion, webURL }: { apiVersion: ApiVersion; webURL: string },
) => approvalUrl({ requestToken, apiVersion, webURL, ...(redirectTo && { redirectTo }) });

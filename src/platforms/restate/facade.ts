import { type Context, RestatePromise, service, TerminalError, TimeoutError } from '@restatedev/restate-sdk';
import type { ApiVersion, AuthEvent, AuthView } from '../../../machines/index.ts';
import { approvalUrl, sameSecret } from '../../tmdb/approval.ts';
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

  /** What is kept of the sign-in, and how it was begun, if it is the one who began it that asks. */
  const own = async (ask: Ask, kept: Kept | null): Promise<Own> => {
    const begun = kept && (await sealing.open<StartAsk>('begun', kept.begun));
    if (!kept || !begun || !sameSecret(begun.secret, ask.secret)) throw unknown();
    return { kept, begun };
  };

  const tokenIn = async ({ id }: { id: string }, kept: Kept | null) =>
    kept?.token ? sealing.open<string>(secretOf(id, 'requestToken'), kept.token.sealed) : null;

  const show = async (
    ctx: Context,
    ask: Ask,
    view: AuthView | null,
    known: { kept: Kept | null; begun: StartAsk },
  ): Promise<SignInView> => {
    if (!view) throw unknown();
    if (!isAwaiting(view)) return { ...view, approvalUrl: null };
    // What was read before may be of a token before.
    const isCurrent = known.kept?.token?.expiresAt === view.expiresAt;
    const requestToken = await tokenIn(ask, isCurrent ? known.kept : await vaultOf(ctx, ask).read());
    const { redirectTo } = known.begun;
    return {
      ...view,
      approvalUrl: requestToken && addressOf(requestToken, redirectTo, { apiVersion, webURL }),
    };
  };

  /** The view as soon as the sign-in has left a stage, or when the time is over. */
  const hear = async (
    ctx: Context,
    ask: Ask,
    timeout: number,
    register: (awakeable: string) => void,
  ): Promise<AuthView | null> => {
    const { id: awakeable, promise } = ctx.awakeable<AuthView | null>();
    register(awakeable);
    try {
      return await promise.orTimeout(timeout);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      await machineOf(ctx, ask).unwatch(awakeable);
      return machineOf(ctx, ask).view();
    }
  };

  /**
   * A handler whose question and answer are sealed. `first` is what it needs in any case and what changes nothing: it
   * is on its way while the age of the question is found out.
   */
  const sealed =
    <Name extends keyof Handlers, First>(
      name: Name,
      first: (ctx: Context, ask: Handlers[Name][0]) => RestatePromise<First>,
      answer: (ctx: Context, ask: Handlers[Name][0], first: First) => Promise<Handlers[Name][1]>,
    ) =>
    async (ctx: Context, request: unknown): Promise<{ sealed: string }> => {
      const ask = await sealing.open<Handlers[Name][0]>(`ask ${name}`, textIn(request));
      if (!ask) throw notForYou();
      const now = ctx.run('now', () => Date.now());
      const [asOf, found] = await RestatePromise.all([now, first(ctx, ask)]);
      if (Math.abs(asOf - ask.at) > FRESH) throw notForYou();
      const answered = await answer(ctx, ask, found as First);
      // Sealed, the same is never the same twice. Restate compares what it has with what is said after a crash.
      return ctx.run('answer', async () => ({
        sealed: await sealing.close(`answer ${name}`, { answer: answered }),
      }));
    };

  const readVault = (ctx: Context, ask: { id: string }) => vaultOf(ctx, ask).read();
  const readBoth = (ctx: Context, ask: { id: string }) =>
    RestatePromise.all([vaultOf(ctx, ask).read(), machineOf(ctx, ask).view()]);

  return service({
    name: names.facade,
    options: { journalRetention: 0, idempotencyRetention: REMEMBERED_FOR },
    handlers: {
      start: sealed(
        'start',
        // What is kept has to be the same when Restate runs this again.
        (ctx, ask) => ctx.run('begun', () => sealing.close('begun', ask)),
        async (ctx, ask, begun) => {
          await vaultOf(ctx, ask).begin(begun);
          const view = await hear(ctx, ask, START_WAIT, (awakeable) =>
            tellMachine(ctx, ask).begin({ input: { apiVersion }, awakeable }),
          );
          return show(ctx, ask, view, { kept: null, begun: ask });
        },
      ),

      view: sealed('view', readBoth, async (ctx, ask, [kept, view]) =>
        show(ctx, ask, view, await own(ask, kept)),
      ),

      wait: sealed('wait', readVault, async (ctx, ask, kept) => {
        const known = await own(ask, kept);
        const timeout = Math.min(ask.timeout, LONGEST_WAIT);
        const seen = stageOf(ask.seen);
        const view = await hear(ctx, ask, timeout, (awakeable) =>
          tellMachine(ctx, ask).watch({ awakeable, seen }),
        );
        return show(ctx, ask, view, known);
      }),

      send: sealed('send', readVault, async (ctx, ask, kept) => {
        const known = await own(ask, kept);
        const event = PUBLIC_EVENTS.find((name) => name === ask.event);
        if (!event) throw new TerminalError('No such event.', { errorCode: 400 });
        return show(ctx, ask, await tell(ctx, ask, event), known);
      }),

      /** TMDB's flow has no `state` parameter: that the token is ours is the only proof that the return is. */
      callback: sealed('callback', readVault, async (ctx, ask: CallbackAsk, kept) => {
        const requestToken = await tokenIn(ask, kept);
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

      collect: sealed('collect', readBoth, async (ctx, ask, [kept, view]) => {
        await own(ask, kept);
        if (view?.state !== 'sessionActive.ready') return null;
        const taken = await vaultOf(ctx, ask).take();
        if (!taken?.session) throw unknown();
        tellMachine(ctx, ask).end();
        const sessionId = await sealing.open<string>(secretOf(ask.id, 'sessionId'), taken.session.sealed);
        if (!sessionId) throw unknown();
        const accessToken = await sealing.open<string>(secretOf(ask.id, 'accessToken'), taken.access?.sealed);
        return { sessionId, accessToken, account: accountIn(view) };
      }),
    } satisfies Record<keyof Handlers, unknown>,
  });

  /** Without waiting for its answer. Restate delivers it, whatever happens. */
  function tellMachine(ctx: Context, { id }: { id: string }) {
    return ctx.objectSendClient<MachineObject>({ name: names.machine }, id);
  }
}

/** A sign-in, for whoever began it. */
interface Own {
  kept: Kept;
  begun: StartAsk;
}

const notForYou = () => new TerminalError('Not for you.', { errorCode: 401 });

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

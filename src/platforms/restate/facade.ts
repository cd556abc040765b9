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
import type { Vault, VaultContents } from './vault.ts';

/**
 * How long Restate remembers an answer, in ms, so that a request repeated after a lost connection is not handled
 * twice.
 */
const REMEMBERED_FOR = 60_000;
/** How long `start` waits for TMDB's request token, in ms, before it returns the view as it is. */
const START_WAIT = 15_000;

/** The only service that Restate's ingress exposes. Answers only clients with the right secrets. */
export function createFacade(settings: RestateSettings, sealing: Sealing) {
  const { names, apiVersion, webURL } = settings;
  const machineOf = (ctx: Context, { id }: { id: string }) =>
    ctx.objectClient<MachineObject>({ name: names.machine }, id);
  const vaultOf = (ctx: Context, { id }: { id: string }) =>
    ctx.objectClient<Vault>({ name: names.vault }, id);

  const sendEvent = (ctx: Context, ask: { id: string }, type: AuthEvent['type']) =>
    machineOf(ctx, ask).send({ event: { type } });

  /** Checks that the request comes from the device that began the sign-in. Throws `gone()` if not. */
  const authorize = async (ask: Ask, kept: VaultContents | null): Promise<Authorized> => {
    const begun = kept && (await sealing.open<StartAsk>('begun', kept.begun));
    if (!kept || !begun || !sameSecret(begun.secret, ask.secret)) throw gone();
    return { kept, begun };
  };

  const tokenIn = async ({ id }: { id: string }, kept: VaultContents | null) =>
    kept?.token ? sealing.open<string>(secretOf(id, 'requestToken'), kept.token.sealed) : null;

  const viewFor = async (
    ctx: Context,
    ask: Ask,
    view: AuthView | null,
    known: { kept: VaultContents | null; begun: StartAsk },
  ): Promise<SignInView> => {
    if (!view) throw gone();
    if (!isAwaiting(view)) return { ...view, approvalUrl: null };
    // The vault may have been read before this token was stored.
    const isCurrent = known.kept?.token?.expiresAt === view.expiresAt;
    const requestToken = await tokenIn(ask, isCurrent ? known.kept : await vaultOf(ctx, ask).read());
    const { redirectTo } = known.begun;
    return {
      ...view,
      approvalUrl: requestToken && addressOf(requestToken, redirectTo, { apiVersion, webURL }),
    };
  };

  /** The view as soon as the sign-in has left the stage, or after `timeout`. */
  const waitForStage = async (
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
   * A handler with a sealed request and answer. `first`: a read that the handler always needs; it runs while the age
   * of the request is checked.
   */
  const sealed =
    <Name extends keyof Handlers, First>(
      name: Name,
      first: (ctx: Context, ask: Handlers[Name][0]) => RestatePromise<First>,
      answer: (ctx: Context, ask: Handlers[Name][0], first: First) => Promise<Handlers[Name][1]>,
    ) =>
    async (ctx: Context, request: unknown): Promise<{ sealed: string }> => {
      const ask = await sealing.open<Handlers[Name][0]>(`ask ${name}`, textIn(request));
      if (!ask) throw unauthorized();
      const now = ctx.run('now', () => Date.now());
      const [asOf, found] = await RestatePromise.all([now, first(ctx, ask)]);
      if (Math.abs(asOf - ask.at) > FRESH) throw unauthorized();
      const answered = await answer(ctx, ask, found as First);
      // In `ctx.run`, as sealing the same value twice gives different texts, and Restate compares the answer when it
      // replays the handler.
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
        // The sealed text has to be the same when Restate replays this.
        (ctx, ask) => ctx.run('begun', () => sealing.close('begun', ask)),
        async (ctx, ask, begun) => {
          await vaultOf(ctx, ask).begin(begun);
          const view = await waitForStage(ctx, ask, START_WAIT, (awakeable) =>
            sendToMachine(ctx, ask).begin({ input: { apiVersion }, awakeable }),
          );
          return viewFor(ctx, ask, view, { kept: null, begun: ask });
        },
      ),

      view: sealed('view', readBoth, async (ctx, ask, [kept, view]) =>
        viewFor(ctx, ask, view, await authorize(ask, kept)),
      ),

      wait: sealed('wait', readVault, async (ctx, ask, kept) => {
        const known = await authorize(ask, kept);
        const timeout = Math.min(ask.timeout, LONGEST_WAIT);
        const seen = stageOf(ask.seen);
        const view = await waitForStage(ctx, ask, timeout, (awakeable) =>
          sendToMachine(ctx, ask).watch({ awakeable, seen }),
        );
        return viewFor(ctx, ask, view, known);
      }),

      send: sealed('send', readVault, async (ctx, ask, kept) => {
        const known = await authorize(ask, kept);
        const event = PUBLIC_EVENTS.find((name) => name === ask.event);
        if (!event) throw new TerminalError('No such event.', { errorCode: 400 });
        return viewFor(ctx, ask, await sendEvent(ctx, ask, event), known);
      }),

      /** TMDB's flow has no `state` parameter: only the token proves that the return is ours. */
      callback: sealed('callback', readVault, async (ctx, ask: CallbackAsk, kept) => {
        const requestToken = await tokenIn(ask, kept);
        const { callback } = ask;
        // In v4 the return has no parameters. Only the exchange tells what the user decided.
        if (!callback) {
          if (requestToken && apiVersion === 4) await sendEvent(ctx, ask, 'approval.granted');
          return { matches: requestToken !== null && apiVersion === 4 };
        }
        if (!requestToken || !sameSecret(requestToken, callback.requestToken)) return { matches: false };
        await sendEvent(ctx, ask, callback.approved ? 'approval.granted' : 'approval.denied');
        return { matches: true };
      }),

      collect: sealed('collect', readBoth, async (ctx, ask, [kept, view]) => {
        await authorize(ask, kept);
        if (view?.state !== 'sessionActive.ready') return null;
        const taken = await vaultOf(ctx, ask).take();
        if (!taken?.session) throw gone();
        sendToMachine(ctx, ask).end();
        const sessionId = await sealing.open<string>(secretOf(ask.id, 'sessionId'), taken.session.sealed);
        if (!sessionId) throw gone();
        const accessToken = await sealing.open<string>(secretOf(ask.id, 'accessToken'), taken.access?.sealed);
        return { sessionId, accessToken, account: accountIn(view) };
      }),
    } satisfies Record<keyof Handlers, unknown>,
  });

  /** Sends without waiting for the answer. Restate guarantees the delivery. */
  function sendToMachine(ctx: Context, { id }: { id: string }) {
    return ctx.objectSendClient<MachineObject>({ name: names.machine }, id);
  }
}

/** A sign-in after its secret was verified. */
interface Authorized {
  kept: VaultContents;
  begun: StartAsk;
}

const unauthorized = () => new TerminalError('Unauthorized.', { errorCode: 401 });

/** The same answer for unknown, deleted and other devices' sign-ins, so that callers cannot tell them apart. */
const gone = () => new TerminalError('No such sign-in.', { errorCode: GONE });

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

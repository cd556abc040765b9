import {
  handlers,
  type ObjectContext,
  type ObjectSharedContext,
  object,
  TerminalError,
} from '@restatedev/restate-sdk';
import { TmdbAuthError } from '../../errors.ts';
import type { Client } from '../../tmdb/client.ts';
import { deleteAccessToken, deleteSession } from '../../tmdb/endpoints.ts';
import type { RestateSettings } from './options.ts';
import { type Sealing, secretOf } from './sealing.ts';

/** The secrets of one sign-in, each sealed. */
export interface VaultContents {
  /** The sealed `StartAsk`: the device's secret and the return address. */
  begun: string;
  /** `expiresAt` in epoch ms. */
  token: { sealed: string; expiresAt: number } | null;
  access: { sealed: string; createdAt: number; accountObjectId: string } | null;
  session: { sealed: string; createdAt: number } | null;
}

export type NewSecrets = Partial<Omit<VaultContents, 'begun'>>;

export interface Claim extends VaultContents {
  /** An earlier request got no answer: TMDB may have made a session that is not known here. */
  wasClaimed: boolean;
}

export interface State {
  begun: string;
  token: NonNullable<VaultContents['token']>;
  access: NonNullable<VaultContents['access']>;
  session: NonNullable<VaultContents['session']>;
  isClaimed: boolean;
  isUnwanted: boolean;
}

type Shared = ObjectSharedContext<State>;
type Exclusive = ObjectContext<State>;

/** How long the deletion of unwanted credentials is retried, in ms. */
const REVOKE_FOR = 24 * 3_600_000;
const SLOWEST_RETRY = 600_000;

export type Vault = ReturnType<typeof createVault>;

/** The object that holds the secrets. It receives and stores them sealed. */
export function createVault({
  settings: { names, requestTimeout },
  client,
  sealing,
}: {
  settings: RestateSettings;
  client: Client;
  sealing: Sealing;
}) {
  const contentsIn = async (ctx: Shared): Promise<VaultContents | null> => {
    const begun = await ctx.get('begun');
    if (!begun) return null;
    const [token, access, session] = [
      await ctx.get('token'),
      await ctx.get('access'),
      await ctx.get('session'),
    ];
    return { begun, token, access, session };
  };

  /** Has the credentials deleted at TMDB, retrying until TMDB has answered. */
  const discard = (ctx: Exclusive, { session, access }: NewSecrets) => {
    if (!session && !access) return;
    ctx.objectSendClient<Revoker>({ name: names.vault }, ctx.key).revoke({
      sessionId: session?.sealed ?? null,
      accessToken: access?.sealed ?? null,
    });
  };

  return object({
    name: names.vault,
    options: { ingressPrivate: true, journalRetention: 0 },
    handlers: {
      /** A second sign-in with the same id would take over the first one's secrets. */
      begin: async (ctx: Exclusive, begun: string) => {
        if (await ctx.get('begun'))
          throw new TerminalError('This sign-in has already begun.', { errorCode: 409 });
        ctx.set('begun', begun);
      },

      read: handlers.object.shared((ctx: Shared) => contentsIn(ctx)),

      /** Keeps an actor's result, or deletes it at TMDB if the sign-in has ended. */
      put: async (ctx: Exclusive, brought: NewSecrets) => {
        if (!(await ctx.get('begun')) || (await ctx.get('isUnwanted'))) return discard(ctx, brought);
        const { token, access, session } = brought;
        if (token) ctx.set('token', token);
        if (access) ctx.set('access', access);
        if (session) ctx.set('session', session);
        // The spent token stays, so that a second return of the same user is recognised.
        if (access || session) ctx.clear('isClaimed');
      },

      /** Call before a request that TMDB answers only once. */
      claim: async (ctx: Exclusive): Promise<Claim | null> => {
        const kept = await contentsIn(ctx);
        const wasClaimed = (await ctx.get('isClaimed')) === true;
        if (kept) ctx.set('isClaimed', true);
        return kept && { ...kept, wasClaimed };
      },

      /** Call when TMDB has answered that it made no session. */
      release: async (ctx: Exclusive) => ctx.clear('isClaimed'),

      /** Returns everything and forgets it. */
      take: async (ctx: Exclusive): Promise<VaultContents | null> => {
        const kept = await contentsIn(ctx);
        ctx.clearAll();
        return kept;
      },

      /** Tells whether the machine still needs the secrets. If not, current and later ones are deleted at TMDB. */
      want: async (ctx: Exclusive, isWanted: boolean) => {
        const kept = await contentsIn(ctx);
        if (!kept) return;
        if (isWanted) return ctx.clear('isUnwanted');
        ctx.set('isUnwanted', true);
        for (const name of ['token', 'access', 'session', 'isClaimed'] as const) ctx.clear(name);
        discard(ctx, kept);
      },

      forget: async (ctx: Exclusive) => {
        const kept = await contentsIn(ctx);
        ctx.clearAll();
        if (kept) discard(ctx, kept);
      },

      /** Deletes credentials at TMDB. Restate retries this while TMDB cannot be reached. */
      revoke: handlers.object.shared(async (ctx: Shared, unwanted: Revocation) => {
        const remove = async () => {
          const sessionId = await sealing.open<string>(secretOf(ctx.key, 'sessionId'), unwanted.sessionId);
          const accessToken = await sealing.open<string>(
            secretOf(ctx.key, 'accessToken'),
            unwanted.accessToken,
          );
          const signal = AbortSignal.timeout(requestTimeout);
          try {
            if (sessionId) await deleteSession(client, signal, sessionId);
            if (accessToken) await deleteAccessToken(client, signal, accessToken);
          } catch (error) {
            if (TmdbAuthError.is(error) && !error.retryable) throw new TerminalError(error.message);
            throw error;
          }
        };
        await ctx.run('revoke', remove, { maxRetryDuration: REVOKE_FOR, maxRetryInterval: SLOWEST_RETRY });
      }),
    },
  });
}

export interface Revocation {
  sessionId: string | null;
  accessToken: string | null;
}

/** The handler that the vault calls on itself. */
type Revoker = { revoke(ctx: Shared, unwanted: Revocation): Promise<void> };

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

/** The secrets of one sign-in, each of them sealed. */
export interface Kept {
  /** How it began: the device's own secret, and where TMDB leads back to. */
  begun: string;
  /** `expiresAt` in epoch ms. */
  token: { sealed: string; expiresAt: number } | null;
  access: { sealed: string; createdAt: number; accountObjectId: string } | null;
  session: { sealed: string; createdAt: number } | null;
}

export type Brought = Partial<Omit<Kept, 'begun'>>;

export interface Claim extends Kept {
  /** Somebody asked TMDB before and never heard: it may have made something that nobody here knows. */
  wasClaimed: boolean;
}

export interface State {
  begun: string;
  token: NonNullable<Kept['token']>;
  access: NonNullable<Kept['access']>;
  session: NonNullable<Kept['session']>;
  isClaimed: boolean;
  isUnwanted: boolean;
}

type Shared = ObjectSharedContext<State>;
type Exclusive = ObjectContext<State>;

/** For how long TMDB is asked again to delete what nobody wants, in ms. */
const REVOKE_FOR = 24 * 3_600_000;
const SLOWEST_RETRY = 600_000;

export type Vault = ReturnType<typeof createVault>;

/** The object that holds what must never be seen. It does not know the key to it: everything comes in sealed. */
export function createVault({
  settings: { names, requestTimeout },
  client,
  sealing,
}: {
  settings: RestateSettings;
  client: Client;
  sealing: Sealing;
}) {
  const keptIn = async (ctx: Shared): Promise<Kept | null> => {
    const begun = await ctx.get('begun');
    if (!begun) return null;
    const [token, access, session] = [
      await ctx.get('token'),
      await ctx.get('access'),
      await ctx.get('session'),
    ];
    return { begun, token, access, session };
  };

  /** TMDB is told until it knows, whatever happens here meanwhile. */
  const discard = (ctx: Exclusive, { session, access }: Brought) => {
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
      /** A sign-in begins once: a second one under the same id would take over what belongs to the first. */
      begin: async (ctx: Exclusive, begun: string) => {
        if (await ctx.get('begun'))
          throw new TerminalError('This sign-in has begun before.', { errorCode: 409 });
        ctx.set('begun', begun);
      },

      read: handlers.object.shared((ctx: Shared) => keptIn(ctx)),

      /** Keeps what an actor brought; what nobody wants any more is deleted at TMDB. */
      put: async (ctx: Exclusive, brought: Brought) => {
        if (!(await ctx.get('begun')) || (await ctx.get('isUnwanted'))) return discard(ctx, brought);
        const { token, access, session } = brought;
        if (token) ctx.set('token', token);
        if (access) ctx.set('access', access);
        if (session) ctx.set('session', session);
        // The token is spent and stays: a user who comes back twice is to be known again.
        if (access || session) ctx.clear('isClaimed');
      },

      /** To be called before TMDB is asked for something that it gives once. */
      claim: async (ctx: Exclusive): Promise<Claim | null> => {
        const kept = await keptIn(ctx);
        const wasClaimed = (await ctx.get('isClaimed')) === true;
        if (kept) ctx.set('isClaimed', true);
        return kept && { ...kept, wasClaimed };
      },

      /** TMDB has said that it made nothing. */
      release: async (ctx: Exclusive) => ctx.clear('isClaimed'),

      /** Hands everything over, once. */
      take: async (ctx: Exclusive): Promise<Kept | null> => {
        const kept = await keptIn(ctx);
        ctx.clearAll();
        return kept;
      },

      /** Whether the machine still has a use for what is here and what may still come. */
      want: async (ctx: Exclusive, isWanted: boolean) => {
        const kept = await keptIn(ctx);
        if (!kept) return;
        if (isWanted) return ctx.clear('isUnwanted');
        ctx.set('isUnwanted', true);
        for (const name of ['token', 'access', 'session', 'isClaimed'] as const) ctx.clear(name);
        discard(ctx, kept);
      },

      forget: async (ctx: Exclusive) => {
        const kept = await keptIn(ctx);
        ctx.clearAll();
        if (kept) discard(ctx, kept);
      },

      /** Deletes at TMDB. Repeated by Restate while TMDB cannot be reached. */
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

/** The part of the vault that it calls itself. */
type Revoker = { revoke(ctx: Shared, unwanted: Revocation): Promise<void> };

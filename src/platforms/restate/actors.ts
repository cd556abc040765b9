import type { ObjectSharedContext } from '@restatedev/restate-sdk';
import { fromPromise } from '@restatedev/xstate/promise';
import type { AnyActorLogic } from 'xstate';
import {
  type Account,
  type Adopted,
  type authActors,
  authDelays,
  type CarryOver,
  type Failure,
  failure,
  type Granted,
  type GuestFacts,
  NOTHING,
  type Restored,
  type SessionFacts,
  type TokenFacts,
} from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import * as tmdb from '../../tmdb/endpoints.ts';
import { convertToSession, newAccessToken, newV4RequestToken } from '../../tmdb/endpoints.v4.ts';
import { actorError, remembered } from './actor-error.ts';
import { type ActorDependencies, bounded, vaultOf } from './dependencies.ts';
import { exchangeOnce } from './exchange.ts';
import { immediately } from './immediately.ts';
import { secretOf } from './sealing.ts';
import type { Claim, VaultContents } from './vault.ts';

/**
 * TMDB's answer for a token that cannot be exchanged (any more). v3 answers the same for one that is not approved
 * yet.
 */
const REFUSED = { 3: 'session_denied', 4: 'invalid_request_token' } as const;

/** Implements each actor's contract for Restate. Secrets pass from one actor to the next through the vault, sealed. */
export function createActors(
  dependencies: ActorDependencies,
): Record<keyof typeof authActors, AnyActorLogic> {
  const { client, sealing, settings } = dependencies;
  const { apiVersion } = settings;
  const actor = <Output>(work: (ctx: ObjectSharedContext) => Promise<Output>) =>
    fromPromise<Output, undefined>(({ ctx }) => work(ctx));
  /** An actor that this kind of sign-in never reaches. */
  const unsupported = <Output>(why: string) =>
    actor<Output>(async () => {
      throw actorError(failure('unexpected', { message: why }));
    });
  const opened = async (id: string, name: Parameters<typeof secretOf>[1], sealed: string | undefined) => {
    const secret = await sealing.open<string>(secretOf(id, name), sealed);
    if (secret === null)
      throw new TmdbAuthError('unexpected', { message: 'A secret could not be unsealed.' });
    return secret;
  };
  const closed = (id: string, name: Parameters<typeof secretOf>[1], secret: string) =>
    sealing.close(secretOf(id, name), secret);

  const requestToken = actor<TokenFacts>(async (ctx) => {
    const vault = vaultOf(ctx, dependencies);
    // Only v4 binds the return address to the token.
    const kept = apiVersion === 4 ? await vault.read() : null;
    const token = await remembered(ctx, 'requestToken', async () => {
      const begun = await sealing.open<{ redirectTo: string | null }>('begun', kept?.begun);
      const requestedAt = Date.now();
      const fetched = await bounded(dependencies, (signal) =>
        apiVersion === 4
          ? newV4RequestToken(client, signal, begun?.redirectTo ?? undefined)
          : tmdb.newRequestToken(client, signal),
      );
      return {
        sealed: await closed(ctx.key, 'requestToken', fetched.requestToken),
        requestedAt,
        expiresAt: requestedAt + (fetched.lifetime ?? authDelays.requestTokenLifetime),
      };
    });
    const { requestedAt, expiresAt } = token;
    await vault.put({ token: { sealed: token.sealed, expiresAt } });
    return { apiVersion, requestedAt, expiresAt };
  });

  const judgeToken = (refused: Failure, isInterrupted: boolean): Failure => {
    if (refused.code !== REFUSED[apiVersion] && refused.code !== 'invalid_request_token') return refused;
    if (isInterrupted) return failure('exchange_interrupted');
    // In v4 the return does not tell whether the user denied, and TMDB answers that a denied token does not exist.
    return apiVersion === 4 ? failure('approval_denied', { tmdbCode: refused.tmdbCode ?? 0 }) : refused;
  };

  const makeOfToken = async (id: string, { token }: Claim, signal: AbortSignal) => {
    const requestToken = await opened(id, 'requestToken', token?.sealed);
    const createdAt = Date.now();
    if (apiVersion === 3) {
      const { secret } = await tmdb.newSession(client, signal, requestToken);
      return { session: { sealed: await closed(id, 'sessionId', secret), createdAt } };
    }
    const { secret, accountObjectId } = await newAccessToken(client, signal, requestToken);
    return { access: { sealed: await closed(id, 'accessToken', secret), createdAt, accountObjectId } };
  };

  const grantedBy = ({ session, access }: Partial<VaultContents>): Granted => {
    const accessFacts = access && { createdAt: access.createdAt, accountObjectId: access.accountObjectId };
    if (session) return { session: sessionFacts(session.createdAt), access: accessFacts ?? null };
    if (accessFacts) return { session: null, access: accessFacts };
    throw actorError(failure('unexpected'));
  };

  /** Checking for approval and exchanging are the same request. */
  const exchange = actor<Granted>(async (ctx) =>
    grantedBy(
      await exchangeOnce(ctx, dependencies, {
        name: 'exchange',
        found: ({ session, access }) => (session || access ? { session, access } : null),
        make: (claim, signal) => makeOfToken(ctx.key, claim, signal),
        judge: judgeToken,
      }),
    ),
  );

  const convertSession = actor<SessionFacts>(async (ctx) => {
    const { session } = await exchangeOnce(ctx, dependencies, {
      name: 'conversion',
      found: ({ session }) => session && { session },
      make: async ({ access }, signal) => {
        const accessToken = await opened(ctx.key, 'accessToken', access?.sealed);
        const createdAt = Date.now();
        const { secret } = await convertToSession(client, signal, accessToken);
        return { session: { sealed: await closed(ctx.key, 'sessionId', secret), createdAt } };
      },
      // An access token can be converted more than once, so an interruption leaves no doubt.
      judge: (refused) => refused,
    });
    return sessionFacts(session?.createdAt ?? 0);
  });

  const readAccount = actor<Account>(async (ctx) => {
    const kept = await vaultOf(ctx, dependencies).read();
    return remembered(ctx, 'account', async () => {
      const sessionId = await opened(ctx.key, 'sessionId', kept?.session?.sealed);
      return bounded(dependencies, (signal) => tmdb.account(client, signal, sessionId));
    });
  });

  /** Signed out at once for the user. Restate repeats the deletion until TMDB has answered. */
  const deleteSession = actor<void>(async (ctx) => {
    await vaultOf(ctx, dependencies).want(false);
  });

  const atTheDevice = 'TMDB limits guests by IP address: a device makes its own.';
  return {
    // A new object has nothing to restore.
    restore: immediately<Restored>({ at: 0, facts: NOTHING }),
    requestToken,
    submitLogin: unsupported<void>('Restate would store the password.'),
    adoptSession: unsupported<Adopted>('The device that has a session adopts it.'),
    checkApproval: exchange,
    createSession: exchange,
    convertSession,
    fetchAccount: readAccount,
    verifySession: readAccount,
    carryOver: unsupported<CarryOver>(atTheDevice),
    deleteSession,
    createGuest: unsupported<GuestFacts>(atTheDevice),
  };
}

const sessionFacts = (createdAt: number): SessionFacts => ({ createdAt, expiresAt: null });

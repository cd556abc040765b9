import { assign, createMachine, type setup as Setup } from 'xstate';
import { authActors } from './auth.actors.ts';
import { authDelays, MAX_TRIES } from './auth.delays.ts';
import { authGuards, factsAt, placeOf } from './auth.guards.ts';
import {
  type Account,
  type Adopted,
  type AuthContext,
  type AuthEvent,
  type AuthFacts,
  type AuthInput,
  type CarryOver,
  type Failure,
  type Granted,
  type GuestFacts,
  NOTHING,
  type Restored,
  type SessionFacts,
  type Step,
  type TokenFacts,
} from './auth.types.ts';
import type { AuthStatus } from './auth.view.ts';

/** XState's `setup` with its types, without the action creators that it adds to every page (0.8 kB). */
const setup = ((implementations: object) => ({
  createMachine: (config: object) => createMachine(config, implementations),
})) as unknown as typeof Setup;

type Args = { context: AuthContext };
const withFacts = ({ facts }: AuthContext, changed: Partial<AuthFacts>) => ({
  facts: { ...facts, ...changed },
});

const NOTHING_CARRIED: CarryOver = { total: null, carried: 0, kept: 0, failed: [] };

/** The machine's types, and a name for each actor, delay, guard and action. */
export const auth = setup({
  types: {
    context: {} as AuthContext,
    events: {} as AuthEvent,
    input: {} as AuthInput,
    tags: {} as AuthStatus | 'settled',
  },
  actors: authActors,
  delays: authDelays,
  guards: authGuards,
  actions: {
    adoptRecord: assign((_, restored: Restored) => ({
      facts: factsAt(placeOf(restored), restored.facts),
      failure: null,
      failedStep: null,
    })),
    startLogin: assign(({ context }: Args, method: AuthContext['method']) => ({
      method,
      ...withFacts(context, { token: null, access: null }),
    })),
    startStep: assign({ tries: 0, retryAfter: null, failure: null, failedStep: null }),
    /** Capped at `MAX_TRIES`: an hour of polling would count far higher. */
    countTry: assign({ tries: ({ context }: Args) => Math.min(context.tries + 1, MAX_TRIES) }),
    noteWait: assign((_, { retryAfter }: Failure) => ({ retryAfter: retryAfter ?? null })),
    keepToken: assign(({ context }: Args, token: TokenFacts) => withFacts(context, { token })),
    dropRest: assign(({ context }: Args) => withFacts(context, { token: null, access: null })),
    claimToken: assign(({ context }: Args) => withFacts(context, { exchanging: true })),
    releaseToken: assign(({ context }: Args) => withFacts(context, { exchanging: false })),
    keepGranted: assign(({ context }: Args, granted: Granted) =>
      withFacts(context, { ...granted, token: null, account: null }),
    ),
    keepSession: assign(({ context }: Args, session: SessionFacts) =>
      withFacts(context, { token: null, session, account: null }),
    ),
    keepAdopted: assign(({ context }: Args, adopted: Adopted) => withFacts(context, { ...adopted })),
    dropSession: assign(({ context }: Args) =>
      withFacts(context, { access: null, session: null, account: null }),
    ),
    keepAccount: assign(({ context }: Args, account: Account) => withFacts(context, { account })),
    keepGuest: assign(({ context }: Args, guest: GuestFacts) => withFacts(context, { guest })),
    markGuestUsed: assign(({ context }: Args) =>
      withFacts(context, { guest: context.facts.guest && { ...context.facts.guest, used: true } }),
    ),
    startCarryOver: assign((_, overwrites: boolean) => ({ overwrites, carryOver: NOTHING_CARRIED })),
    forgetCarryOver: assign({ carryOver: null, overwrites: false }),
    noteCarryOver: assign((_, carryOver: CarryOver) => ({ carryOver })),
    dropGuest: assign(({ context }: Args) => withFacts(context, { guest: null })),
    dropEverything: assign({ facts: NOTHING, failure: null, failedStep: null }),
    endGuest: assign({ facts: NOTHING, failedStep: null }),
    /** The reason why a sign-in ended matters more than a failure to store it. */
    noteWarning: assign(({ context }: Args, failure: Failure) => ({ failure: context.failure ?? failure })),
    clearFailure: assign({ failure: null }),
    noteFailure: assign((_, failure: Failure) => ({ failure })),
    noteFailedStep: assign((_, { failure, step }: { failure: Failure; step: Step }) => ({
      failure,
      failedStep: step,
    })),
    startTries: assign({ tries: 0, retryAfter: null }),
    /**
     * Keeps the token only where `retry` needs it. A password is dropped after one try, so there is nothing to retry.
     */
    endLogin: assign(({ context }: Args, { failure, step }: { failure: Failure; step?: Step }) => {
      const passwordIsGone = step === 'tokenRequested' && context.method === 'password';
      const failedStep = step && failure.retryable && !passwordIsGone ? step : null;
      const token = failedStep === 'sessionRequested' ? context.facts.token : null;
      const access = failedStep === 'converting' ? context.facts.access : null;
      return { failure, failedStep, ...withFacts(context, { token, access }) };
    }),
  },
});

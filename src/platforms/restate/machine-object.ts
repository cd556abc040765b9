import { handlers, type ObjectContext, type ObjectSharedContext, object, rpc } from '@restatedev/restate-sdk';
import { type ActorObjectHandlers, type State as MachineState, xstate } from '@restatedev/xstate';
import {
  type ApiVersion,
  type AuthSnapshot,
  type AuthView,
  authMachine,
  pathOf,
  toView,
} from '../../../machines/index.ts';
import { rememberTime } from './machine.ts';
import type { RestateSettings } from './options.ts';
import type { Vault } from './vault.ts';

type Persisted = Pick<AuthSnapshot, 'value' | 'context'>;

interface State extends MachineState {
  /** The coarse state, see `stageOf`: a check for approval does not change it. */
  stage: string;
  /** Counts the stages, so that an outdated timer can be recognised. */
  stages: number;
  /** Awakeables that wait for the next stage. */
  waiting: string[];
  isUnwanted: boolean;
}

type Inner = Pick<ActorObjectHandlers<typeof authMachine>, 'create' | 'send' | 'invokePromise'>;
type Exclusive = ObjectContext<State>;
type Shared = ObjectSharedContext<State>;

const snapshotOf = ({ value, context }: Persisted) => authMachine.resolveState({ value, context });

/**
 * The part of a state's path that matters to a waiting client. Reading the account counts as part of
 * `sessionRequested`.
 */
export const stageOf = (path: string) => {
  if (path === 'sessionActive.accountRequested') return 'sessionRequested';
  return path.startsWith('sessionActive') || path.startsWith('idle') ? path : (path.split('.')[0] ?? path);
};

export type MachineObject = ReturnType<typeof createMachineObject>;

/**
 * The machine as a virtual object. It notifies waiting clients, tells the vault when its secrets are no longer
 * needed, and deletes itself.
 */
export function createMachineObject(machine: typeof authMachine, { names, keepFor }: RestateSettings) {
  // Only the library's handlers that the machine needs. Its readers and waiters would block the machine.
  const inner = (xstate(names.machine, machine) as unknown as { object: Inner }).object;

  const viewIn = async (ctx: Shared | Exclusive): Promise<AuthView | null> => {
    const stored = await ctx.get('snapshot');
    return stored && toView(snapshotOf(stored as unknown as Persisted));
  };

  const resolveWaiting = async (ctx: Exclusive, view: AuthView | null) => {
    for (const awakeable of (await ctx.get('waiting')) ?? []) ctx.resolveAwakeable(awakeable, view);
    ctx.clear('waiting');
  };

  const forget = async (ctx: Exclusive) => {
    await resolveWaiting(ctx, null);
    ctx.clearAll();
    ctx.objectSendClient<Vault>({ name: names.vault }, ctx.key).forget();
  };

  /** Runs after every event. */
  const afterEvent = async (ctx: Exclusive) => {
    const stored = await ctx.get('snapshot');
    if (!stored) return;
    const snapshot = snapshotOf(stored as unknown as Persisted);
    const { token, access, session } = snapshot.context.facts;
    const isUnwanted = !(token || access || session || snapshot.hasTag('pending'));
    if (isUnwanted !== ((await ctx.get('isUnwanted')) ?? false)) {
      ctx.set('isUnwanted', isUnwanted);
      ctx.objectSendClient<Vault>({ name: names.vault }, ctx.key).want(!isUnwanted);
    }
    const stage = stageOf(pathOf(snapshot.value));
    if (stage === (await ctx.get('stage'))) return;
    const stages = ((await ctx.get('stages')) ?? 0) + 1;
    ctx.set('stage', stage);
    ctx.set('stages', stages);
    await resolveWaiting(ctx, toView(snapshot));
    if (!snapshot.hasTag('settled')) return;
    const self = { name: names.machine };
    ctx.objectSendClient<Ending>(self, ctx.key).endUnless(stages, rpc.sendOpts({ delay: keepFor }));
  };

  /** Whether the event is outdated: from an unneeded timer, a stopped actor, or after the sign-in was deleted. */
  const isLate = async (ctx: Exclusive, target: { sessionId: string } | undefined) => {
    if (!(await ctx.get('snapshot'))) return true;
    const children = Object.values((await ctx.get('children')) ?? {});
    return target !== undefined && !children.some(({ sessionId }) => sessionId === target.sessionId);
  };

  return object({
    name: names.machine,
    options: { ingressPrivate: true, journalRetention: 0 },
    handlers: {
      /** Creates the machine, starts the sign-in, and resolves `awakeable` at the next stage. */
      begin: async (
        ctx: Exclusive,
        { input, awakeable }: { input: { apiVersion: ApiVersion }; awakeable: string },
      ) => {
        await rememberTime(ctx as never);
        await inner.create(ctx as never, { input });
        await inner.send(ctx as never, { event: { type: 'login.start' } });
        await afterEvent(ctx);
        ctx.set('waiting', [awakeable]);
      },
      /** The view after the event, or null if the event is outdated. */
      send: async (ctx: Exclusive, request: Parameters<Inner['send']>[1]): Promise<AuthView | null> => {
        if (await isLate(ctx, request?.target)) return null;
        await rememberTime(ctx as never);
        await inner.send(ctx as never, request);
        await afterEvent(ctx);
        return viewIn(ctx);
      },
      invokePromise: inner.invokePromise,

      view: handlers.object.shared(viewIn),

      /** Resolves `awakeable` as soon as the stage differs from `seen`. */
      watch: async (ctx: Exclusive, { awakeable, seen }: { awakeable: string; seen: string }) => {
        if ((await ctx.get('stage')) !== seen) ctx.resolveAwakeable(awakeable, await viewIn(ctx));
        else ctx.set('waiting', [...((await ctx.get('waiting')) ?? []), awakeable]);
      },
      unwatch: async (ctx: Exclusive, awakeable: string) => {
        const waiting = ((await ctx.get('waiting')) ?? []).filter((other) => other !== awakeable);
        if (waiting.length > 0) ctx.set('waiting', waiting);
        else ctx.clear('waiting');
      },

      end: (ctx: Exclusive) => forget(ctx),
      endUnless: async (ctx: Exclusive, stages: number) => {
        if ((await ctx.get('stages')) === stages) await forget(ctx);
      },
    },
  });
}

/** The handler that the object calls on itself. */
type Ending = { endUnless(ctx: Exclusive, stages: number): Promise<void> };

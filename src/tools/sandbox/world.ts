import { type Clock, createClock } from './clock.ts';
import { QUIRKS, type SandboxQuirks } from './quirks.ts';
import { createRateLimit, type RateLimit } from './rate.limit.ts';
import { makeAccount } from './records.ts';
import { makeReadToken, randomHex } from './secrets.ts';
import * as saved from './state.ts';
import { createStore, type Store } from './store.ts';
import { emptyTables } from './tables.ts';
import type { CreateSandboxOptions, SandboxUser } from './types.ts';

const SANDRA: SandboxUser = { username: 'sandra', password: 'sandbox', name: 'Sandra Box' };
const FIRST_USER_ID = 548;
const OWNER_ID = 1;

/** The parts of a sandbox that a reset creates anew and `save()` stores. */
export interface World {
  readonly clock: Clock;
  readonly store: Store;
  readonly limit: RateLimit;
  readonly quirks: Required<SandboxQuirks>;
  addUser(user: SandboxUser): void;
  reset(): void;
  save(): string;
}

export function createWorld(options: CreateSandboxOptions): World {
  const clock = createClock(options.now ?? Date.now);
  const apiKey = options.apiKey ?? randomHex(32);
  const accessToken =
    options.accessToken ?? makeReadToken(apiKey, first(options).owner.object_id, clock.now());

  const quirks = { ...QUIRKS, ...options.quirks };
  let world = begin(options.state === undefined ? first(options) : saved.read(options.state));

  function begin(state: saved.State) {
    clock.advance(state.offset - clock.offset());
    const { users, owner, tables } = state;
    const store = createStore(clock, { apiKey, accessToken }, users, owner, options.v4, quirks, tables);
    return { ...state, store, limit: createRateLimit(clock, options.rateLimit) };
  }

  function addUser(user: SandboxUser): void {
    const { users, store } = world;
    if (store.user(user.username)) throw new Error(`addUser: the user ${user.username} already exists`);
    const last = Math.max(FIRST_USER_ID - 1, ...users.map(({ id }) => id));
    users.push(makeAccount(user, last + 1));
  }

  const wanted = options.state === undefined ? [] : (options.users ?? []);
  for (const user of wanted) if (!world.store.user(user.username)) addUser(user);

  return {
    clock,
    quirks,
    get store() {
      return world.store;
    },
    get limit() {
      return world.limit;
    },
    addUser,
    reset() {
      Object.assign(quirks, QUIRKS, options.quirks);
      world = begin(first(options));
    },
    save() {
      const { users, owner, tables } = world;
      return saved.write({ users, owner, tables, offset: clock.offset() });
    },
  };
}

/** The initial state, without a saved one. */
function first(options: CreateSandboxOptions): saved.State {
  const users = (options.users ?? [SANDRA]).map((user, index) => makeAccount(user, FIRST_USER_ID + index));
  const owner = makeAccount(options.owner ?? { username: 'keyowner' }, OWNER_ID);
  return { users, owner, tables: emptyTables(), offset: 0 };
}

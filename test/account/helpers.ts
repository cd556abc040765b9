import { accountOf, type MyAccount } from '../../src/account/index.ts';
import type { ApiVersion, TmdbAuth, TmdbAuthOptions } from '../../src/index.ts';
import type { SandboxOptions } from '../../src/tools/sandbox/index.ts';
import { APP, callback } from '../support/approval.ts';
import { createWorld, type World } from '../support/world.ts';

export interface Person {
  world: World;
  auth: TmdbAuth;
  my: MyAccount;
  /** Requests so far, as `METHOD /path`. */
  asked(): string[];
}

const person = (world: World, auth: TmdbAuth): Person => ({
  world,
  auth,
  my: accountOf(auth),
  asked: () => world.tmdb.requests.map(({ method, path }) => `${method} ${path}`),
});

/** A user signed in with v3 or v4. */
export async function user(
  apiVersion: ApiVersion = 3,
  options: Partial<TmdbAuthOptions> = {},
  sandbox: SandboxOptions = {},
): Promise<Person> {
  const world = await createWorld(sandbox);
  const auth = world.client({ apiVersion, ...options });
  await world.signIn(auth);
  return person(world, auth);
}

export async function guest(sandbox: SandboxOptions = {}): Promise<Person> {
  const world = await createWorld(sandbox);
  const auth = world.client();
  await auth.loginAsGuest();
  return person(world, auth);
}

/** A client that is signed out. */
export async function signedOut(): Promise<Person> {
  const world = await createWorld();
  return person(world, world.client());
}

/** Another user of the sandbox. */
export const BEN = { username: 'ben', password: 'swordfish' };

/** The message with which a promise rejects. */
export const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: Error) => error.message,
  );

/** A whole sign-in as that user of the sandbox. */
export async function signInAs(world: World, auth: TmdbAuth, username: string): Promise<void> {
  const done = auth.login({ redirectTo: APP });
  await world.reaches(auth, 'awaitingApproval');
  const token = world.token(auth);
  world.tmdb.approve(token, username);
  await auth.handleCallback(callback(token));
  await done;
}

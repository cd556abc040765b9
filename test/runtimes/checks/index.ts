import { ends } from './ends.ts';
import { guests } from './guests.ts';
import { mounted } from './mounted.ts';
import { requests } from './requests.ts';
import { sandbox, sandboxMounted } from './sandbox.ts';
import { server } from './server.ts';
import { signIn } from './sign-in.ts';
import { createWorld, type Mount, orderer, type Settings, type World } from './world.ts';

/** A sentence, and the function that proves it. */
export type Checks = Record<string, (world: World) => Promise<void>>;

const KINDS: Record<string, Checks> = {
  signIn,
  ends,
  requests,
  guests,
  server,
  mounted,
  sandbox,
  sandboxMounted,
};

/** No check takes long; one that hangs must not keep the others from running. */
const PATIENCE = 20_000;

/** A page cannot serve. */
const NOWHERE: Mount = { origin: '', serve: () => Promise.reject(new Error('There is no server here')) };

const among = (without: readonly string[]) =>
  Object.entries(KINDS).flatMap(([kind, checks]) => (without.includes(kind) ? [] : Object.entries(checks)));

/** The names of the checks that a runtime has to report. */
export const namesOf = (without: readonly string[]) => among(without).map(([name]) => name);

/** Runs all checks one after another, and reports each. */
export async function play(settings: Settings, mount: Mount = NOWHERE): Promise<void> {
  const order = orderer(settings.control);
  for (const [name, check] of among(settings.without)) {
    const startedAt = Date.now();
    let patience: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<string>((resolve) => {
      patience = setTimeout(() => resolve(`It took longer than ${PATIENCE / 1_000} s`), PATIENCE);
    });
    const error = await Promise.race([run(check, settings, mount), late]);
    clearTimeout(patience);
    await order({ do: 'report', result: { name, ms: Date.now() - startedAt, error } });
  }
}

async function run(check: Checks[string], settings: Settings, mount: Mount): Promise<string | null> {
  try {
    const world = await createWorld(settings, mount);
    await check(world).finally(world.end);
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

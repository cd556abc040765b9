import type { Backend, ClientCore } from '../client/backend.ts';
import { type Beginning, createFacade } from '../client/create-client.ts';
import type { TmdbAuth } from '../client/tmdb-auth.ts';
import { onDemand } from '../lib/on-demand.ts';
import { type CommonOptions, commonSettingsOf } from '../options.ts';
import { createVault, type Vault } from '../record/vault.ts';

export type RemoteOptions = Omit<
  CommonOptions,
  'storage' | 'baseURL' | 'webURL' | 'approvalWindow' | 'sessionMaxAge'
>;

/**
 * A client without key or session: `createAuthHandler` at `server` holds both and does the work of the machine's
 * actors.
 */
export function createRemoteAuth(
  server: string,
  options: RemoteOptions,
  beginning: Beginning = {},
): TmdbAuth {
  const connect = (core: ClientCore) => {
    const vault = createVault();
    return lazyBackend(vault, async () => {
      const { createRemoteBackend } = await import('./remote-backend.ts');
      return createRemoteBackend(server, vault, core);
    });
  };
  return createFacade(commonSettingsOf(options), connect, beginning);
}

/** A backend that the first step loads, so that pages without a server do not load it. */
function lazyBackend(vault: Vault, load: () => Promise<Backend>): Backend {
  let loaded: Backend | null = null;
  const backend = onDemand(async () => {
    loaded = await load();
    return loaded;
  });

  return {
    run: async (name, signal) => (await backend()).run(name, signal),
    vault,
    keepsSessions: false,
    // Nothing needs writing before the first step.
    record: {
      save: (facts) => loaded?.record.save(facts),
      flush: async () => loaded?.record.flush(),
      refresh: async (scope, how) => (await loaded?.record.refresh(scope, how)) ?? null,
      announce: () => loaded?.record.announce(),
    },
    approvalUrl: () => loaded?.approvalUrl() ?? null,
    deviceCode: () => loaded?.deviceCode?.() ?? null,
    prepare: async (redirectTo) => loaded?.prepare(redirectTo),
    validateCredentials: async (signal) => (await backend()).validateCredentials(signal),
    asking: () => loaded?.asking() ?? Promise.resolve(backend()).then(({ asking }) => asking()),
    sweep: () => loaded?.sweep(),
  };
}

import { createRequire } from 'node:module';
import { type Client, expectKept, type Method } from './play.ts';

interface Api {
  account: { details: Method };
  configuration: { getApiConfiguration: Method };
}

export const tmdbTs: Client = {
  name: 'tmdb-ts',
  async play({ does, lacks, tmdb, folder }) {
    const { TMDB } = createRequire(folder)(folder) as { TMDB: new (accessToken: string) => Api };
    const { account, configuration } = new TMDB(tmdb.accessToken);
    await does('configuration.getApiConfiguration', () => configuration.getApiConfiguration());
    const { username } = await does('account.details', () => account.details());
    expectKept('tmdb-ts', username, 'keyowner');
    lacks("It neither signs in nor writes; account.details is the key owner's.");
  },
};

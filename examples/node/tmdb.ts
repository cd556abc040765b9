import { type CreateNodeAuthOptions, createNodeAuth } from 'tmdb-auth/node';
import { startSandbox } from 'tmdb-auth/sandbox';

/**
 * A client of the real TMDB if `TMDB_ACCESS_TOKEN` (or `TMDB_API_KEY`) is set, else of a local one, where a made-up
 * user approves at once. `close` ends the client and the local TMDB.
 */
export async function connect() {
  const { TMDB_ACCESS_TOKEN, TMDB_API_KEY } = process.env;
  if (TMDB_ACCESS_TOKEN || TMDB_API_KEY) return open({});

  const local = await startSandbox();
  console.log('No TMDB_ACCESS_TOKEN is set: this uses a local TMDB, and approves by itself.\n');
  return open(
    {
      credentials: { accessToken: local.accessToken },
      baseURL: local.baseURL,
      webURL: local.webURL,
      browser: async (approvalUrl) => {
        const page = new URL(approvalUrl);
        await fetch(`${local.webURL}${page.pathname}/allow`, { method: 'POST', body: page.searchParams });
      },
    },
    () => local.close(),
  );
}

function open(options: CreateNodeAuthOptions, closeToo = async () => {}) {
  const auth = createNodeAuth(options);
  auth.subscribe(({ state }) => console.log(`  ${state}`));
  const close = async () => {
    auth.dispose();
    await closeToo();
  };
  return { auth, close };
}

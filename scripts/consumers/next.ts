/** A site of Next: the handler as its routes, a page made on the server, and the client with its hooks beside it. */
import { mountOf } from './mounts.ts';
import { createPerson } from './person.ts';
import { type Consumer, startSite } from './project.ts';

const FILES = {
  'auth.ts': `import { optionsFromEnvironment } from 'tmdb-auth/node';
import { createAuthHandler } from 'tmdb-auth/server';

export const origin = process.env.ORIGIN ?? '';
export const auth = createAuthHandler({
  ...optionsFromEnvironment(),
  origin,
  secrets: (process.env.SECRETS ?? '').split(','),
});
`,
  'app/auth/[...path]/route.ts': mountOf('route.ts', '../../../auth'),
  'app/layout.tsx': `import type { ReactNode } from 'react';
import { Providers } from './providers';

export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en"><body><Providers>{children}</Providers></body></html>;
}
`,
  'app/providers.tsx': `'use client';
import type { ReactNode } from 'react';
import { createBrowserAuth } from 'tmdb-auth/browser';
import { TmdbAuthProvider } from 'tmdb-auth/react';

const auth = createBrowserAuth({ server: '/auth' });

export const Providers = ({ children }: { children: ReactNode }) => (
  <TmdbAuthProvider auth={auth}>{children}</TmdbAuthProvider>
);
`,
  'app/state.tsx': `'use client';
import { useTmdbAuth } from 'tmdb-auth/react';

export const State = () => <p>State: {useTmdbAuth().state}</p>;
`,
  'app/page.tsx': `import { headers } from 'next/headers';
import { auth, origin } from '../auth';
import { State } from './state';

export default async function Page() {
  const { account } = await auth.view(new Request(origin, { headers: await headers() }));
  return (
    <>
      <h1>{account ? \`Hello \${account.username}\` : 'Nobody is signed in.'}</h1>
      <form method="post" action={\`/auth/\${account ? 'logout' : 'login'}\`}><button>Go on</button></form>
      <State />
    </>
  );
}
`,
  // Next fills in the rest while it builds.
  'tsconfig.json': '{ "compilerOptions": { "strict": true } }',
};

export const next: Consumer = {
  dependencies: ['xstate', 'next', 'react', 'react-dom'],
  // Next checks types by the compiler's API, which TypeScript 7 does not have.
  tools: ['typescript@6', '@types/node@20', '@types/react'],
  async play(project, tmdb) {
    for (const [name, text] of Object.entries(FILES)) project.write(name, text);
    using site = await startSite(project, tmdb, {
      environment: {
        NEXT_TELEMETRY_DISABLED: '1',
        NODE_ENV: 'production',
        SECRETS: Buffer.alloc(32, 'consumer').toString('base64'),
      },
      build: 'next build',
      start: 'node_modules/next/dist/bin/next start',
    });
    const person = createPerson();
    const { text } = await person.open(site.origin);
    if (!text.includes('Nobody is signed in.') || !text.includes('restoring'))
      throw new Error(`The page begins with: ${text}`);
    const approval = await person.submit(`${site.origin}/auth/login`);
    const home = await person.allow(approval);
    if (!home.text.includes('Hello sandra')) throw new Error(`After the sign-in there is: ${home.text}`);
    const left = await person.submit(`${site.origin}/auth/logout`);
    if (!left.text.includes('Nobody is signed in.') || tmdb.sessions().length > 0)
      throw new Error('The session was not ended.');
    return 'signed in over HTTP and out again; the page was made on the server.';
  },
};

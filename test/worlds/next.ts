/**
 * Two Next sites. The first is that of docs/guides/next.md: the handler as its routes, server-rendered pages, and the
 * client with its hooks beside it. The second has a base path, trailing slashes, a policy for forms, and links that
 * Next prefetches.
 */
import type { Page } from 'playwright-core';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium } from '../browser/chromium.ts';
import { blockOf, mountOf, SECRET } from './mounts.ts';
import { createPerson } from './person.ts';
import { type Consumer, filesOf, type Project, startSite } from './project.ts';

/** As in a new app: without `moduleResolution`, Next 15 takes `node`. Next fills in the rest while it builds. */
export const TSCONFIG =
  '{ "compilerOptions": { "strict": true, "module": "esnext", "moduleResolution": "bundler" } }';

const guide = filesOf('docs/guides/next.md');
const clientOf = (basePath: string) =>
  (guide['app/tmdb.tsx'] ?? '').replace(/credentials: \{[^}]*\}/, `server: '${basePath}'`);

const FILES = {
  ...guide,
  'app/tmdb.tsx': clientOf('/auth'),
  'app/state.tsx': `'use client';
import { useTmdbAuth } from 'tmdb-auth/react';

export const State = () => <p>State: {useTmdbAuth().state}</p>;
`,
  'app/page.tsx': `import { headers } from 'next/headers';
import { auth } from '../auth';
import { State } from './state';

export default async function Page() {
  const { account } = await auth.view({ headers: await headers() });
  return (
    <>
      <h1>{account ? \`Hello \${account.username}\` : 'Nobody is signed in.'}</h1>
      <form method="post" action={\`/auth/\${account ? 'logout' : 'login'}\`}><button>Go on</button></form>
      <State />
    </>
  );
}
`,
  'tsconfig.json': TSCONFIG,
};

/** Files of the second site that the first one lacks, or has in another form. */
const FILMS = {
  'app/auth/[...path]/route.ts': mountOf('route.ts', '../../../auth'),
  'auth.ts': blockOf('auth.ts').replace(
    '  secrets:',
    "  basePath: '/films/auth',\n  returnTo: '/films',\n  secrets:",
  ),
  'next.config.ts': `const policy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; form-action 'self'";

export default {
  basePath: '/films',
  trailingSlash: true,
  headers: async () => [
    { source: '/:path*', headers: [{ key: 'Content-Security-Policy', value: policy }] },
  ],
};
`,
  'app/tmdb.tsx': clientOf('/films/auth'),
  'app/page.tsx': `import { headers } from 'next/headers';
import Link from 'next/link';
import { auth } from '../auth';
import { State } from './state';

export default async function Page() {
  const { account } = await auth.view({ headers: await headers() });
  return (
    <>
      <h1>{account ? \`Hello \${account.username}\` : 'Nobody is signed in.'}</h1>
      <Link href="/auth/login">Sign in</Link>
      <form method="post" action="/films/auth/login"><button>Sign in by form</button></form>
      <form method="post" action="/films/auth/logout"><button>Sign out by form</button></form>
      <State />
    </>
  );
}
`,
  'pages/api/me.ts': `import type { NextApiRequest, NextApiResponse } from 'next';
import { auth } from '../../auth';

export default async function me(req: NextApiRequest, res: NextApiResponse) {
  const { account } = await auth.view(req);
  res.json({ username: account?.username ?? null });
}
`,
};

const BUILD = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' } as const;
/** Signs in and out on a Next site that was built. */
export const NEXT = { environment: BUILD, start: 'node_modules/next/dist/bin/next start' };
const SITE = { ...NEXT, environment: { ...BUILD, SECRETS: SECRET }, build: 'next build' };

async function visit(project: Project, tmdb: Sandbox): Promise<void> {
  using site = await startSite(project, tmdb, SITE);
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
}

const expectHeading = (page: Page, text: string) => page.getByRole('heading', { name: text }).waitFor();

/** Clicks the link once Next has prefetched it, and then the forms. */
async function click(page: Page, site: string, tmdb: Sandbox): Promise<void> {
  const begun = () => tmdb.requests.filter(({ path }) => path === '/3/authentication/token/new').length;
  const before = begun();
  const prefetches: number[] = [];
  const blocked: string[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/auth/login')) prefetches.push(response.status());
  });
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) blocked.push(message.text());
  });

  await page.goto(site, { waitUntil: 'networkidle' });
  await expectHeading(page, 'Nobody is signed in.');
  if (!prefetches.includes(403)) throw new Error(`The link's prefetch was answered with: ${prefetches}`);
  if (begun() > before) throw new Error('A prefetch began a sign-in.');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await expectHeading(page, 'Hello sandra');
  await page.reload({ waitUntil: 'networkidle' });
  await expectHeading(page, 'Hello sandra');
  await page.getByText('State: sessionActive.ready').waitFor();
  const me = await page.evaluate(() => fetch('/films/api/me').then((response) => response.text()));
  if (me !== '{"username":"sandra"}') throw new Error(`The API route says: ${me}`);
  if (begun() > before + 1) throw new Error('More than the click began a sign-in.');

  await page.getByRole('button', { name: 'Sign out by form' }).click();
  await expectHeading(page, 'Nobody is signed in.');
  if (tmdb.sessions().length > 0) throw new Error('The form has not ended the session.');
  await page.getByRole('button', { name: 'Sign in by form' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await expectHeading(page, 'Hello sandra');
  if (blocked.length > 0) throw new Error(`The policy of the pages blocked: ${blocked.join('\n')}`);
}

export const next: Consumer = {
  // Next type-checks with the compiler's API, which TypeScript 7 lacks.
  dependencies: ['xstate', 'next@15', 'react', 'react-dom'],
  tools: ['typescript@6', '@types/node@20', '@types/react'],
  async play(project, tmdb) {
    for (const [name, text] of Object.entries(FILES)) project.write(name, text);
    await visit(project, tmdb);
    project.install(['next@16']);
    await visit(project, tmdb);

    for (const [name, text] of Object.entries(FILMS)) project.write(name, text);
    using site = await startSite(project, tmdb, { ...SITE, buildEnvironment: { ...process.env, ...BUILD } });
    const chromium = await launchChromium();
    try {
      const page = await chromium.newPage();
      page.setDefaultTimeout(15_000);
      await click(page, `${site.origin}/films/`, tmdb);
    } finally {
      await chromium.close();
    }
    return 'Next 15 and 16: signed in over HTTP and out again. 16: below a base path, built without secrets, by a prefetched link in Chromium.';
  },
};

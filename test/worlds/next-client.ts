/**
 * The app of docs/guides/next.md in Next 15 and 16, in Chromium: pages that sign in by themselves, by redirect and by
 * popup, and once with the lazy client.
 */
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium } from '../browser/chromium.ts';
import { NEXT, TSCONFIG } from './next.ts';
import { type Consumer, filesOf, type Project, startSite } from './project.ts';
import { forWalk, lazily, walk } from './walk.ts';

/** Files besides those of the guide. */
const FILES = {
  'app/page.tsx': `import { Visitor } from './visitor';

export default function Home() {
  return <Visitor />;
}
`,
  'app/films/[id]/page.tsx': `import Link from 'next/link';
import { Guard } from '../../tmdb';
import { Visitor } from '../../visitor';

export default async function Film({ searchParams }: { searchParams: Promise<{ tab?: string }> }) {
  const { tab } = await searchParams;
  return <><Visitor /><Guard><h1>Film, {tab} <Link href="?tab=crew">Crew</Link></h1></Guard></>;
}
`,
  'app/visitor.tsx': `'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { Suspense, useEffect, useState } from 'react';
import { Status } from './status';

function Location() {
  const [path, search] = [usePathname(), useSearchParams()];
  const [at, show] = useState('');
  useEffect(() => show(\`\${path}?\${search}\`), [path, search]);
  return <p id="at">{at}</p>;
}

export const Visitor = () => <Suspense><Location /><Status /></Suspense>;
`,
  // A client component that imports hooks, without its own directive.
  'app/status.tsx': `import { useTmdbAuthSelector } from 'tmdb-auth/react';

export const Status = () => <p>Status: {useTmdbAuthSelector(({ status }) => status)}</p>;
`,
  'app/on-server/page.tsx': `import { useTmdbAuth } from 'tmdb-auth/react';

export default function OnServer() {
  try {
    return <p>{useTmdbAuth().status}</p>;
  } catch (error) {
    return <p>{String(error)}</p>;
  }
}
`,
  'tsconfig.json': TSCONFIG,
};

const GUIDE = 'docs/guides/next.md';

/** The app of the guide, pointed at the sandbox. */
function writeApp(project: Project, tmdb: Sandbox, edit: (code: string) => string): void {
  const { 'app/layout.tsx': layout = '', 'app/tmdb.tsx': client = '' } = filesOf(GUIDE);
  const files = { 'app/layout.tsx': layout, 'app/tmdb.tsx': edit(forWalk(client, tmdb)), ...FILES };
  for (const [name, code] of Object.entries(files)) project.write(name, code);
}

/** A hook in a server component must fail with an error that names the hook. */
function lookAtServerComponent(project: Project): void {
  const page = project.read('.next/server/app/on-server.html');
  if (!/useTmdbAuth\(\)? (from|is)/.test(page)) throw new Error(`On the server the hook says: ${page}`);
}

const unchanged = (code: string) => code;
export const nextClient: Consumer = {
  dependencies: ['xstate', 'react', 'react-dom'],
  tools: ['typescript@6', '@types/node@20', '@types/react'],
  async play(project, tmdb) {
    const chromium = await launchChromium();
    const play = async (edit: typeof unchanged, mode?: 'redirect') => {
      writeApp(project, tmdb, edit);
      project.run('next build', { ...process.env, ...NEXT.environment });
      lookAtServerComponent(project);
      using site = await startSite(project, tmdb, NEXT);
      const place = (tab: string, hash = '') => ({
        address: `${site.origin}/films/550?tab=${tab}${hash}`,
        at: `/films/550?tab=${tab}`,
        title: `Film, ${tab} Crew`,
      });
      const next = { ...place('crew'), press: 'a:text-is("Crew")' };
      await walk(chromium, tmdb, { ...place('cast', '#actors'), next, guard: '/', ...(mode && { mode }) });
    };
    try {
      for (const version of [15, 16]) {
        project.install([`next@${version}`]);
        await play(unchanged);
      }
      await play(lazily, 'redirect');
    } finally {
      await chromium.close();
    }
    return 'Next 15 and 16: signed in as a guest at a guarded address in Chromium, by redirect, by popup, and in 16 by the client that loads itself.';
  },
};

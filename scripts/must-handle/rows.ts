import { readdirSync, readFileSync } from 'node:fs';

/** One row of `docs/must-handle.md`, from the first two comments of its test file. */
export interface Row {
  number: number;
  file: string;
  /** The sources, in Markdown. */
  seenIn: string;
  failure: string;
  handled: string;
}

const FOLDER = new URL('../../test/must-handle/', import.meta.url);

const REPOSITORIES: Record<string, string> = {
  MSAL: 'AzureAD/microsoft-authentication-library-for-js',
  'Signal-Desktop': 'signalapp/Signal-Desktop',
  'auth-js': 'supabase/auth-js',
  'auth0-react': 'auth0/auth0-react',
  'auth0-spa-js': 'auth0/auth0-spa-js',
  'better-auth': 'better-auth/better-auth',
  'cloudflare-docs': 'cloudflare/cloudflare-docs',
  fastmcp: 'PrefectHQ/fastmcp',
  'inbox-zero': 'elie222/inbox-zero',
  'kinde-auth-nextjs': 'kinde-oss/kinde-auth-nextjs',
  kit: 'sveltejs/kit',
  linkwarden: 'linkwarden/linkwarden',
  muster: 'giantswarm/muster',
  'next-auth': 'nextauthjs/next-auth',
  'next.js': 'vercel/next.js',
  'nextjs-auth0': 'auth0/nextjs-auth0',
  'oidc-client-js': 'IdentityModel/oidc-client-js',
  'oidc-client-ts': 'authts/oidc-client-ts',
  'oidc-react': 'bjerkio/oidc-react',
  ofetch: 'unjs/ofetch',
  'react-oidc-context': 'authts/react-oidc-context',
  'supabase-js': 'supabase/supabase-js',
  undici: 'nodejs/undici',
  vinext: 'cloudflare/vinext',
};

/** Links each thread in `oidc-client-ts#31, #2043, nextcloud/server#17411`; other text is kept. */
function linked(seenIn: string): string {
  let last = '';
  return seenIn.replace(/((?:[\w-]+\/)?[\w.-]*)#(\d+)/g, (text, name: string, thread: string) => {
    last = name || last;
    const repository = last.includes('/') ? last : REPOSITORIES[last];
    if (!repository) throw new Error(`No repository is known for the thread ${text}.`);
    return `[${text}](https://github.com/${repository}/issues/${thread})`;
  });
}

/** Line 1: `// source: failure.` Line 2: `// Here: the behaviour of this package.` */
const HEAD = /^\/\/ ([^:]+): (.+)\n\/\/ Here: (.+)\n/;

function rowOf(file: string): Row {
  const [, number = ''] = /^(\d\d)-/.exec(file) ?? [];
  const [, seenIn = '', failure = '', handled = ''] =
    HEAD.exec(readFileSync(new URL(file, FOLDER), 'utf8')) ?? [];
  if (!number || !seenIn) {
    throw new Error(
      `${file} must begin with the lines '// source: failure' and '// Here: the behaviour of this package'.`,
    );
  }
  return { number: Number(number), file, seenIn: linked(seenIn), failure, handled };
}

/**
 * All rows by number; numbers may be skipped. Throws if two files share a number or a file lacks its first two lines.
 */
export function readRows(): Row[] {
  const rows = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map(rowOf);
  rows.forEach(({ number, file }, index) => {
    const previous = rows[index - 1];
    if (previous?.number === number) throw new Error(`${file} and ${previous.file} have the same number.`);
  });
  return rows;
}

/** The index of the docs for language models (llmstxt.org), with a line for each page that docs/README.md links to. */
import { readFileSync } from 'node:fs';

const docs = new URL('../../docs/', import.meta.url);
const read = (page: string) => readFileSync(new URL(page, docs), 'utf8');

const HEAD = `# tmdb-auth

> Signs people in to TMDB (themoviedb.org) in TypeScript: request token, approval, session, guests, v3 and v4, as one XState machine with adapters for Node, pages, phones, servers and frameworks.

Install \`tmdb-auth xstate\`. In Node: \`createNodeAuth()\` from \`tmdb-auth/node\`, then \`await auth.login()\`, then \`auth.api('/3/…')\`. In a page: \`createBrowserAuth()\` from \`tmdb-auth/browser\`. On a server: \`createAuthHandler()\` from \`tmdb-auth/server\`. Ratings, favourites, the watchlist and lists: \`accountOf(auth)\` from \`tmdb-auth/account\`. Tests: \`startSandbox()\` from \`tmdb-auth/sandbox\` is a local TMDB. Errors are \`TmdbAuthError\` with a stable \`code\`. Never ask \`/3/account\` without a session: TMDB answers for the owner of the key.
`;

const LINK = /\]\(((?:guides\/)?[\w-]+\.md)[)#]/g;

/** Removes links and bold type. */
const bare = (markdown: string) => markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('**', '');

/** A page's title and its first sentence. */
function lineOf(page: string): string {
  const [, title = page, text = ''] = /^# (.+)\n\n([\s\S]+?)\n(?:\n|$)/.exec(read(page)) ?? [];
  const [sentence = ''] =
    /^.*?[.:](?=\s|$)/.exec(bare(text).replaceAll('\n', ' ').replace('You get: ', '')) ?? [];
  return `- [${title.replaceAll('`', '')}](${page}): ${sentence.replace(/:$/, '.')}`;
}

/** The text of docs/llms.txt. */
export function makeLlms(): string {
  const [, guides = '', background = ''] = read('README.md').split(/^## .+$/m);
  const listed = (text: string) => [...new Set([...text.matchAll(LINK)].map(([, page = '']) => page))];
  return [
    HEAD,
    `## Guides\n\n${[...listed(guides), 'reference.md'].map(lineOf).join('\n')}\n`,
    // By the format, agents may skip this section if they lack room.
    `## Optional\n\n${listed(background).map(lineOf).join('\n')}\n`,
  ].join('\n');
}

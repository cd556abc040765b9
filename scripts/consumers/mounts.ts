/** The handler in other people's servers, mounted word for word as docs/server.md says. */
import type { Sandbox } from '../../src/sandbox/index.ts';
import { createPerson } from './person.ts';
import { blocksOf, type Consumer, type Project, startSite } from './project.ts';

/** The block of that name, with a handler that there is. */
export function mountOf(name: string, handler: string): string {
  const block = blocksOf('docs/server.md').find((each) => each.name === name);
  const declared = 'declare const auth: AuthHandler;';
  if (!block?.code.includes(declared)) throw new Error(`docs/server.md has no mount ${name}.`);
  return block.code.replace(declared, `import { auth } from '${handler}';`);
}

const HANDLER = `import { optionsFromEnvironment } from 'tmdb-auth/node';
import { createAuthHandler } from 'tmdb-auth/server';

export const auth = createAuthHandler({
  ...optionsFromEnvironment(),
  origin: process.env.ORIGIN,
  secrets: [process.env.SECRET],
  returnTo: '/auth/session',
});
`;

const MOUNTS = ['hono.ts', 'node-http.ts', 'express.ts', 'h3.ts', 'h3-1.ts'];

/** Both majors of h3 are called h3; here they are installed beside each other. */
export const H3 = ['h3', 'h3-1@npm:h3@1'];
export const withItsH3 = (name: string, code: string) =>
  name.endsWith('h3-1.ts') ? code.replace("from 'h3'", "from 'h3-1'") : code;

async function visit(project: Project, tmdb: Sandbox, name: string): Promise<void> {
  const code = withItsH3(name, mountOf(name, './auth.js'));
  if (!code.includes('3000')) throw new Error(`${name} does not say where it listens.`);
  project.write(name, code.replace('3000', 'Number(process.env.PORT)'));
  using site = await startSite(project, tmdb, {
    environment: { SECRET: Buffer.alloc(32, 'consumer').toString('base64') },
    start: `--import tsx ${name}`,
  });

  const expect = (what: string, isSo: boolean) => {
    if (!isSo) throw new Error(`${name}: ${what}`);
  };
  const person = createPerson();
  const at = (path: string) => `${site.origin}/auth${path}`;
  const home = await person.allow(await person.submit(at('/login')));
  expect(`after the sign-in there is: ${home.text}`, home.text.includes('"username":"sandra"'));
  const rating = at('/tmdb/3/movie/680/rating');
  const rated = await person.ask(rating, 'POST', { value: 8.5 });
  expect(`the rating was answered with ${rated.status}`, rated.status === 201);
  const taken = await person.ask(rating, 'DELETE');
  expect(`taking it back was answered with ${taken.status}`, taken.status === 200);
  await person.submit(at('/guest'));
  const { text } = await person.submit(at('/logout'));
  expect(`after the sign-out there is: ${text}`, text.includes('"status":"signedOut"'));
  expect('a session is left at TMDB', tmdb.sessions().length === 0);
}

export const mounts: Consumer = {
  dependencies: ['xstate', 'hono', '@hono/node-server', 'express', ...H3],
  tools: ['tsx'],
  async play(project, tmdb) {
    project.write('auth.js', HANDLER);
    for (const name of MOUNTS) await visit(project, tmdb, name);
    return `${MOUNTS.join(', ')} of docs/server.md: signed in over HTTP, rated, and out again.`;
  },
};

/** The handler on other web servers, mounted word for word as in docs/server.md. */

import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium } from '../browser/chromium.ts';
import { createPerson, type Person } from './person.ts';
import { blocksOf, type Consumer, type Project, startSite } from './project.ts';

const DECLARED = 'declare const auth: AuthHandler;';

export function blockOf(name: string): string {
  const block = blocksOf('docs/server.md').find((each) => each.name === name);
  if (!block) throw new Error(`docs/server.md has no block ${name}.`);
  return block.code;
}

/** The block with that name, with an existing handler. */
export function mountOf(name: string, handler: string): string {
  const code = blockOf(name);
  if (!code.includes(DECLARED)) throw new Error(`${name} of docs/server.md is no mount.`);
  return code.replace(DECLARED, `import { auth } from '${handler}';`);
}

const HANDLER = `import { optionsFromEnvironment } from 'tmdb-auth/node';
import { createAuthHandler } from 'tmdb-auth/server';

export const auth = createAuthHandler({
  ...optionsFromEnvironment(),
  apiVersion: Number(process.env.API_VERSION ?? 3),
  origin: process.env.ORIGIN,
  secrets: [process.env.SECRET],
  returnTo: '/auth/session',
});
`;

export const SECRET = Buffer.alloc(32, 'consumer').toString('base64');

/** Both major versions have the package name h3; here they are installed side by side. */
export const H3 = ['h3', 'h3-1@npm:h3@1'];
export const withItsH3 = (name: string, code: string) =>
  name.endsWith('h3-1.ts') ? code.replace("from 'h3'", "from 'h3-1'") : code;

/** Writes the handler and that mount, with the port from the environment. */
export function writeMount(project: Project, name: string, edit = (code: string) => code): void {
  const code = withItsH3(name, mountOf(name, './auth.js'));
  if (!code.includes('3000')) throw new Error(`${name} does not say where it listens.`);
  project.write('auth.js', HANDLER);
  project.write(name, edit(code.replace('3000', 'Number(process.env.PORT)')));
}

const start = (project: Project, tmdb: Sandbox, name: string) =>
  startSite(project, tmdb, { environment: { SECRET }, start: `--import tsx ${name}` });

type Expect = (what: string, isSo: boolean) => void;

async function visit(tmdb: Sandbox, origin: string, expect: Expect): Promise<void> {
  const person = createPerson();
  const at = (path: string) => `${origin}/auth${path}`;
  const home = await person.allow(await person.submit(at('/login'), { returnTo: '/auth/session?by=form' }));
  expect(`after the sign-in there is: ${home.text}`, home.text.includes('"username":"sandra"'));
  expect(`the form's field was not read: ${home.address}`, home.address.search === '?by=form');
  const rating = at('/tmdb/3/movie/680/rating');
  const rated = await person.ask(rating, 'POST', { value: 8.5 });
  expect(`the rating was answered with ${rated.status}`, rated.status === 201);
  const [kept] = tmdb.account().ratings;
  expect(`the rating is ${kept?.value}`, kept?.value === 8.5);
  const taken = await person.ask(rating, 'DELETE');
  expect(`taking it back was answered with ${taken.status}`, taken.status === 200);
  const form = new FormData();
  form.set('returnTo', '/auth/session?by=multipart');
  const guest = await person.submit(at('/guest'), form);
  expect(
    `the field of a multipart form was not read: ${guest.address}`,
    guest.address.search === '?by=multipart',
  );
  await visitHome(person, origin, 'Sign out', expect);
  const { text } = await person.submit(at('/logout'));
  expect(`after the sign-out there is: ${text}`, text.includes('"status":"signedOut"'));
  await visitHome(person, origin, 'Sign in', expect);
  expect('a session is left at TMDB', tmdb.sessions().length === 0);
}

/** Expects that button on the app's own page, if the mount has one. */
async function visitHome(person: Person, origin: string, button: string, expect: Expect): Promise<void> {
  const home = await person.ask(origin, 'GET');
  if (home.status === 404) return;
  const text = await home.text();
  expect(`the page of the app is: ${text}`, text.includes(`<button>${button}`));
}

/** Signs in and out by the documented form: helmet's policy must let the browser go on to TMDB. */
async function clickForm(tmdb: Sandbox, origin: string, expect: Expect): Promise<void> {
  const chromium = await launchChromium();
  try {
    const page = await chromium.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    const response = await page.goto(`${origin}/form`);
    const policy = response?.headers()['content-security-policy'] ?? '';
    expect(`helmet sets the policy: ${policy}`, policy.includes("form-action 'self'"));
    await page.getByRole('button', { name: 'Sign in with TMDB' }).click();
    await page.waitForURL(`${tmdb.webURL}/**`, { timeout: 10_000 }).catch(() => {
      throw new Error(`The form led to ${page.url()}: ${said.join('\n')}`);
    });
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${origin}/auth/session`);
    await page.goto(`${origin}/form`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${origin}/bye`);
    expect('the form has not signed out', tmdb.sessions().length === 0);
  } finally {
    await chromium.close();
  }
}

const MOUNTS = [
  'hono.ts',
  'node-http.ts',
  'express.ts',
  'express-parsers.ts',
  'fastify.ts',
  'h3.ts',
  'h3-1.ts',
];

/** Adds the documented form as a page of the app. */
const withForm = (code: string) => {
  const form = blocksOf('docs/server.md').find(({ language }) => language === 'html')?.code;
  if (!form?.includes('/auth/login')) throw new Error('docs/server.md shows no form.');
  return `${code}app.get('/form', (_req, res) => res.send(${JSON.stringify(form)}));\n`;
};

export const mounts: Consumer = {
  dependencies: ['xstate', 'hono', '@hono/node-server', 'express@5', 'helmet@8', 'fastify@5', ...H3],
  tools: ['tsx'],
  async play(project, tmdb) {
    for (const name of MOUNTS) {
      const expect: Expect = (what, isSo) => {
        if (!isSo) throw new Error(`${name}: ${what}`);
      };
      writeMount(project, name, name === 'express.ts' ? withForm : undefined);
      using site = await start(project, tmdb, name);
      await visit(tmdb, site.origin, expect);
      if (name === 'express.ts') await clickForm(tmdb, site.origin, expect);
    }

    writeMount(project, 'express-parsers.ts', (code) => code.replaceAll('{ verify }', ''));
    using site = await start(project, tmdb, 'express-parsers.ts');
    const eaten = await createPerson().ask(`${site.origin}/auth/guest`, 'POST', { returnTo: '/' });
    const said = await eaten.text();
    if (eaten.status !== 400 || !said.includes('body parser'))
      throw new Error(`Without the raw body the answer is ${eaten.status}: ${said}`);
    return `${MOUNTS.join(', ')} of docs/server.md: signed in over HTTP, rated, and out again; the form in Chromium.`;
  },
};

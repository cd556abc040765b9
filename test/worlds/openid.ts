/**
 * Client libraries of other people sign in at the OpenID provider, each started by its own command, as in
 * docs/guides/openid.md. A person in Chromium uses them all in the same way.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { BrowserContext, Page } from 'playwright-core';
import { APPS, type App, type AppName, NAMES } from '../../examples/openid/apps.ts';
import { launchChromium } from '../browser/chromium.ts';
import type { Consumer } from './project.ts';

const root = new URL('../..', import.meta.url).pathname;

/** Long enough for the installation and the build of Next. */
const START = 300_000;

/** The command of an app that is running, and all that it has printed. */
interface Running {
  child: ChildProcess;
  output(): string;
  /** Waits until the output has this, and returns the part in parentheses. */
  prints(what: RegExp): Promise<string>;
}

function run(name: AppName): Running {
  const child = spawn('npm', ['run', 'example', 'openid', name], {
    cwd: root,
    env: { ...process.env, PORT: '0' },
    timeout: START,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, for Ctrl-C.
    detached: true,
  });
  let text = '';
  const listeners = new Set<() => void>();
  const hear = (data?: Buffer) => {
    text += data ?? '';
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.once('close', () => hear());
  const prints = (what: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const [, found] = what.exec(text) ?? [];
        const isOver = child.exitCode !== null || child.signalCode !== null;
        if (found === undefined && !isOver) return;
        listeners.delete(look);
        if (found === undefined) reject(new Error(`${name} did not print ${what}:\n${text}`));
        else resolve(found);
      };
      listeners.add(look);
      look();
    });
  return { child, output: () => text, prints };
}

/** As in a terminal, which sends it to every process of the command. */
const pressCtrlC = ({ pid = 0 }: ChildProcess) => process.kill(-pid, 'SIGINT');

const press = (page: Page, name: string) =>
  page
    .getByRole('button', { name, exact: true })
    .or(page.getByRole('link', { name, exact: true }))
    .click();

/** Approves on TMDB, then allows the app on the provider's page. */
async function approve(page: Page): Promise<void> {
  await press(page, 'Allow');
  await page.getByRole('heading', { name: 'Allow Evening Reel' }).waitFor();
  await press(page, 'Allow');
}

const isSignedIn = (page: Page) => page.getByRole('heading', { name: 'Good evening, Sandra Box' }).waitFor();
const canSignIn = (page: Page) =>
  page
    .getByRole('button', { name: 'Sign in with TMDB' })
    .or(page.getByRole('link', { name: 'Sign in with TMDB' }))
    .waitFor();

async function playSite(context: BrowserContext, site: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(site);
  await press(page, 'Sign in with TMDB');
  await press(page, 'Deny');
  await page.getByText('You did not allow it').waitFor();
  await press(page, 'Sign in with TMDB');
  await approve(page);
  await isSignedIn(page);
  await page.reload();
  await isSignedIn(page);
  await press(page, 'Sign out');
  await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
  await press(page, 'Sign out');
  await canSignIn(page);
  // Signed out at the provider, too: TMDB is asked again.
  await press(page, 'Sign in with TMDB');
  await approve(page);
  await isSignedIn(page);
}

async function playTerminal(context: BrowserContext, { prints }: Running): Promise<void> {
  const page = await context.newPage();
  const code = await prints(/\b([A-Z]{4}-[A-Z]{4})\b/);
  const [address = ''] = (await prints(/(https?:\S+\/device)\b/)).split('?');
  await page.goto(address);
  await page.getByLabel('Code').fill(code);
  await press(page, 'Continue');
  await press(page, 'Continue');
  await approve(page);
  await page.getByRole('heading', { name: 'is connected' }).waitFor();
  await prints(/(Sandra Box)/);
}

/** Why the app cannot run on this machine, or null. */
function missing({ needs = [] }: App): string | null {
  const [program, ...words] = needs;
  if (program === undefined || spawnSync(program, words).status === 0) return null;
  return `${needs.join(' ')} fails here`;
}

async function play(name: AppName, context: BrowserContext): Promise<string> {
  const app: App = APPS[name];
  const reason = missing(app);
  if (reason !== null) return `${name} not played (${reason})`;
  const running = run(name);
  const { child, output } = running;
  const end = once(child, 'close');
  context.setDefaultTimeout(30_000);
  try {
    if (app.callback === undefined) await playTerminal(context, running);
    else await playSite(context, await running.prints(/The app is at (\S+)/));
    if (app.callback !== undefined) pressCtrlC(child);
    const [code] = await end;
    if (app.callback === undefined && code !== 0) throw new Error(`it ended with ${code}`);
    return name;
  } catch (error) {
    if (child.exitCode === null) pressCtrlC(child);
    await end;
    throw new Error(`${name}: ${error instanceof Error ? error.message : error}\n${output()}`);
  }
}

export const openid: Consumer = {
  dependencies: [],
  tools: [],
  async play() {
    const chromium = await launchChromium();
    const played: string[] = [];
    try {
      for (const name of NAMES) {
        const context = await chromium.newContext();
        played.push(await play(name, context));
        await context.close();
      }
    } finally {
      await chromium.close();
    }
    return `sign-ins at the OpenID provider: ${played.join(', ')}`;
  },
};

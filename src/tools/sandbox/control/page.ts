import type { Answer } from '../answers.ts';
import { escapeHtml, page } from '../pages.ts';
import type { Sandbox, SandboxRequest } from '../types.ts';

/** The most rows of a table, the latest first. */
const SHOWN = 50;

/** The page at `/`: who is there, and what was asked last. No secrets, no scripts. */
export function statusPage(sandbox: Sandbox): Answer {
  const { clock } = sandbox;
  // Without the visits to this page.
  const requests = sandbox.requests.filter(({ path }) => path !== '/');
  const latest = requests.slice(-SHOWN).reverse();
  const rest = requests.length - latest.length;
  return page(
    200,
    'Local TMDB',
    `<p class="quiet">Its time is ${time(clock.now())}. <a href="/">Reload</a></p>
<h2>Users</h2>
${table(['User', 'Account', 'Sessions', 'Access tokens'], users(sandbox))}
<h2>Guests</h2>
${table(['Since', 'Ends', 'Ratings'], guests(sandbox), 'No guest is there.')}
<h2>Request tokens</h2>
${table(['Since', 'Version', 'State'], tokens(sandbox), 'No app has asked for one.')}
<h2>Requests</h2>
${table(['Time', 'Request', 'Status'], latest.map(requestRow), 'TMDB was not asked for anything.')}
${rest > 0 ? `<p class="quiet">And ${rest} before.</p>` : ''}`,
    'wide',
  );
}

function users(sandbox: Sandbox): string[][] {
  const count = (among: readonly { username: string }[], name: string) =>
    String(among.filter(({ username }) => username === name).length);
  return sandbox
    .users()
    .map(({ username, id, standing }) => [
      standing === 'active' ? username : `${username} (${standing})`,
      String(id),
      count(sandbox.sessions(), username),
      count(sandbox.accessTokens(), username),
    ]);
}

const guests = (sandbox: Sandbox) =>
  sandbox
    .guests()
    .map(({ createdAt, expiresAt, ratings }) => [time(createdAt), time(expiresAt), String(ratings)]);

const tokens = (sandbox: Sandbox) =>
  sandbox
    .tokens()
    .slice(-SHOWN)
    .reverse()
    .map(({ createdAt, version, state }) => [time(createdAt), `v${version}`, state]);

const requestRow = ({ at, method, path, status, open }: SandboxRequest) => [
  time(at).slice(11),
  `${method} ${path}`,
  status === 0 ? (open ? 'waiting' : 'none') : String(status),
];

/** UTC, to the second. */
const time = (epochMs: number) => new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');

/** Columns whose text may break anywhere, so that the others keep their words on a phone. */
const LONG = ['User', 'Request'];

function table(heads: readonly string[], rows: readonly (readonly string[])[], empty = ''): string {
  if (rows.length === 0) return `<p class="quiet">${empty}</p>`;
  const cell = (text: string, index: number) =>
    `<td${LONG.includes(heads[index] ?? '') ? ' class="long"' : ''}>${escapeHtml(text)}</td>`;
  const head = heads.map((text) => `<th>${text}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map(cell).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

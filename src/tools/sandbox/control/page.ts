import type { Answer } from '../answers.ts';
import { escapeHtml, page } from '../pages.ts';
import type { Sandbox, SandboxRequest } from '../types.ts';

/** Maximum number of rows in a table. */
const SHOWN = 50;

/** The page at `/`: users, guests, tokens and the latest requests. No secrets, no scripts. */
export function statusPage(sandbox: Sandbox): Answer {
  const { clock } = sandbox;
  // Without requests for this page.
  const requests = sandbox.requests.filter(({ path }) => path !== '/');
  const latest = requests.slice(-SHOWN).reverse();
  const rest = requests.length - latest.length;
  return page(
    200,
    'Local TMDB',
    `<p class="quiet">Sandbox time: ${time(clock.now())} UTC. <a href="/">Reload</a></p>
<h2>Users</h2>
${table(['User', 'Account', 'Sessions', 'Access tokens'], users(sandbox))}
<h2>Guests</h2>
${table(['Since', 'Ends', 'Ratings'], guests(sandbox), 'No guest sessions.')}
<h2>Request tokens</h2>
${table(['Since', 'Version', 'State'], tokens(sandbox), 'No request tokens.')}
<h2>Requests</h2>
${table(['Time', 'Request', 'Status'], latest.map(requestRow), 'No requests.')}
${rest > 0 ? `<p class="quiet">And ${rest} earlier ones.</p>` : ''}`,
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

/** Columns that may break anywhere, so that the others need not wrap on a phone. */
const LONG = ['User', 'Request'];

function table(heads: readonly string[], rows: readonly (readonly string[])[], empty = ''): string {
  if (rows.length === 0) return `<p class="quiet">${empty}</p>`;
  const cell = (text: string, index: number) =>
    `<td${LONG.includes(heads[index] ?? '') ? ' class="long"' : ''}>${escapeHtml(text)}</td>`;
  const head = heads.map((text) => `<th>${text}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map(cell).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

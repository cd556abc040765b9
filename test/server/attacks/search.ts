import { inspect } from 'node:util';
import { onTestFinished, vi } from 'vitest';
import type { AuthHandler, AuthHandlerOptions } from '../../../src/platforms/server/index.ts';
import { createSite, SECRET, type Site } from '../site.ts';

export const READ_TOKEN = `eyJzZW50aW5lbCI.${'r'.repeat(40)}.${'s'.repeat(43)}`;
export const API_KEY = 'feedc0de'.repeat(4);
/** Field names are public; the values in TMDB's answers are secret. */
const SECRET_NAMES = /"(request_token|session_id|guest_session_id|access_token)":"([\w.-]+)"/g;

export interface Watched {
  site: Site;
  handler: AuthHandler;
  /** Secrets learned from TMDB's answers. */
  secrets: Map<string, string>;
  /** Adds a text that someone outside the server could see. */
  note(where: string, what: unknown): void;
  /** The leaks that were seen, and how much was searched. */
  search(): { leaks: string[]; characters: number; secrets: number };
}

/**
 * A site that records every answer, event, warning and line on the console. Only the address of TMDB's approval page
 * may hold a secret, the request token.
 */
export async function createWatchedSite(options: Partial<AuthHandlerOptions> = {}): Promise<Watched> {
  const secrets = new Map<string, string>([
    ['read token', READ_TOKEN],
    ['API key', API_KEY],
    ['seal secret', SECRET],
  ]);
  const seen: { where: string; text: string }[] = [];
  let webURL = '';

  const note = (where: string, what: unknown) => {
    const text = typeof what === 'string' ? what : `${faceOf(what)}\n${inspect(what, { depth: 6 })}`;
    seen.push({ where, text: withoutApprovalUrl(text, webURL) });
  };

  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    const spy = vi.spyOn(console, method).mockImplementation((...what) => note(`console.${method}`, what));
    onTestFinished(() => spy.mockRestore());
  }
  for (const [name, stream] of Object.entries({ stdout: process.stdout, stderr: process.stderr })) {
    const spy = vi.spyOn(stream, 'write').mockImplementation((what) => {
      note(name, String(what));
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }

  const learning: typeof fetch = async (input, init) => {
    const response = await site.tmdb.fetch(input, init);
    const text = await response
      .clone()
      .text()
      .catch(() => '');
    for (const [, name = '', secret = ''] of text.matchAll(SECRET_NAMES)) {
      secrets.set(`${name} ${secrets.size}`, secret);
    }
    return response;
  };

  const site = await createSite(
    {
      fetch: learning,
      onEvent: (event) => note('event', event),
      onWarning: (failure) => note('warning', failure),
      ...options,
    },
    { accessToken: READ_TOKEN, apiKey: API_KEY },
  );
  webURL = site.tmdb.webURL;
  const handler = site.instance();

  const watched: typeof handler = Object.assign(
    async (request: Request) => {
      const response = await handler(request).catch((error: unknown) => {
        note('thrown', error);
        throw error;
      });
      const { status, statusText, url, type, headers } = response;
      note('status line', [status, statusText, url, type]);
      for (const [name, value] of headers) note(`header ${name}`, `${name}: ${value}`);
      note('body', await response.clone().text());
      return response;
    },
    {
      view: async (request: Request) => {
        const view = await handler.view(request);
        note('view', view);
        return view;
      },
      fetch: handler.fetch,
      close: handler.close,
    },
  );

  return {
    site,
    handler: watched,
    secrets,
    note,
    search() {
      const spelled = [...secrets].map(([name, secret]) => [name, spellingsOf(secret)] as const);
      const leaks = seen.flatMap(({ where, text }) =>
        spelled
          .filter(([, spellings]) => spellings.some((spelling) => text.includes(spelling)))
          .map(([name]) => `${name.replace(/ \d+$/, '')} in ${where}`),
      );
      const characters = seen.reduce((sum, { text }) => sum + text.length, 0);
      return { leaks: [...new Set(leaks)], characters, secrets: secrets.size };
    },
  };
}

const spellingsOf = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64url'),
  Buffer.from(secret).toString('hex'),
];

function faceOf(what: unknown): string {
  try {
    return JSON.stringify(what) ?? '';
  } catch {
    return '';
  }
}

/** Removes the one place where a request token belongs: as a header, as JSON, as a dump. */
const withoutApprovalUrl = (text: string, webURL: string) =>
  webURL === ''
    ? text
    : text
        .replace(/^location: .*$/, (line) =>
          line.startsWith(`location: ${webURL}/authenticate/`) ||
          line.startsWith(`location: ${webURL}/auth/access?`)
            ? 'location: APPROVAL'
            : line,
        )
        .replace(
          new RegExp(`"approvalUrl":"${webURL}/(authenticate/|auth/access\\?request_token=)[^"]*"`, 'g'),
          '"approvalUrl":"APPROVAL"',
        );

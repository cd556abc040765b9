import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import type { Look, Order, Result, Settings } from './checks/world.ts';

/** A local TMDB, a user at its pages, and the results that a runtime reported. */
export interface Control {
  settings: Omit<Settings, 'without'>;
  /** Hosts of TMDB and of the control: a runtime needs no others. */
  hosts: string[];
  results: Result[];
  close(): Promise<void>;
}

export async function startControl(): Promise<Control> {
  const tmdb = await startSandbox();
  const results: Result[] = [];
  const elsewhere: Look['elsewhere'] = [];

  const obey = async (order: Order): Promise<unknown> => {
    switch (order.do) {
      case 'allow':
      case 'deny':
        return answerPage(order.url, order.do);
      case 'fault':
        tmdb.faults.add(order.fault);
        return null;
      case 'heal':
        tmdb.faults.clear();
        return null;
      case 'revoke':
        tmdb.revoke();
        return null;
      case 'empty':
        await empty();
        return null;
      case 'look':
        return look();
      case 'report':
        results.push(order.result);
        return null;
    }
  };

  /** Clears TMDB between checks. The account's data stays, so it remembers how much there was. */
  const before = { guests: 0, favorites: 0, ratings: 0 };
  async function empty(): Promise<void> {
    tmdb.faults.clear();
    tmdb.revoke();
    tmdb.resetRequests();
    elsewhere.length = 0;
    before.guests = tmdb.guests().length;
    before.favorites = tmdb.account().favorites.length;
    before.ratings = tmdb.account().ratings.length;
  }

  function look(): Look {
    const { favorites, ratings } = tmdb.account();
    return {
      sessions: tmdb.sessions().length,
      accessTokens: tmdb.accessTokens().length,
      guests: tmdb
        .guests()
        .slice(before.guests)
        .map(({ used, ratings: rated }) => ({ used, ratings: rated })),
      favorites: favorites.length - before.favorites,
      ratings: ratings.length - before.ratings,
      requests: tmdb.requests
        .filter(({ kind }) => kind === 'api')
        .map(({ method, path }) => `${method} ${path}`),
      isHeld: tmdb.requests.some(({ held }) => held),
      elsewhere,
    };
  }

  const server = createServer(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*, authorization');
    if (request.url !== '/') {
      if (request.method !== 'OPTIONS')
        elsewhere.push({ path: request.url ?? '', headers: Object.keys(request.headers) });
      response.end('null');
      return;
    }
    try {
      response.end(JSON.stringify(await obey(JSON.parse(await bodyOf(request)))));
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const control = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { baseURL, webURL, apiKey, accessToken } = tmdb;
  return {
    settings: { baseURL, webURL, apiKey, accessToken, control },
    hosts: [baseURL, control].map((url) => new URL(url).host),
    results,
    async close() {
      server.close();
      server.closeAllConnections();
      await tmdb.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Opens the page, and submits the form of that button with all its fields. Resolves to the address where it leads.
 */
async function answerPage(url: string, answer: 'allow' | 'deny'): Promise<string> {
  const page = await (await fetch(url)).text();
  const form = page.match(new RegExp(`<form method="post" action="([^"]*/${answer})">([\\s\\S]*?)</form>`));
  if (!form) throw new Error(`No form to ${answer} at ${new URL(url).pathname}`);
  const [, action = '', inside = ''] = form;
  const body = new URLSearchParams();
  for (const [, name = '', value = ''] of inside.matchAll(/name="([^"]*)" value="([^"]*)"/g))
    body.set(name, plain(value));
  const sent = await fetch(new URL(plain(action), url), { method: 'POST', body, redirect: 'manual' });
  const location = sent.headers.get('location');
  if (!location) throw new Error(`The page answers ${sent.status} to ${answer}`);
  return new URL(location, url).href;
}

/** The sandbox escapes every special character as a number. */
const plain = (html: string) => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

import type { OpenidClient } from 'tmdb-auth/openid';

/**
 * An app that signs its users in with TMDB, in the folder of its name. It reads `ISSUER`, `CLIENT_ID`,
 * `CLIENT_SECRET`, `SITE` (its own address) and `PORT` from the environment.
 */
export interface App {
  /** The library that it uses, in words. */
  uses: string;
  /** Runs in its folder, after `npm install` and the script `build` if the folder has them. */
  command: readonly string[];
  /** The path to which users are sent back. A device has none. */
  callback?: string;
  /** The site's host, `127.0.0.1` by default. */
  host?: string;
  /** A page in a browser and a device cannot keep a secret. */
  hasSecret: boolean;
  /** A command that succeeds where everything is installed that npm does not install. */
  needs?: readonly string[];
}

/** Python with the modules of the app. */
const PYTHON = process.env.PYTHON ?? 'python3';

export const APPS = {
  'openid-client': {
    uses: 'openid-client: a site, and a television with a code to type',
    command: ['node', '--import', 'tsx', 'main.ts'],
    callback: '/callback',
    hasSecret: true,
  },
  'auth-js': {
    uses: 'Auth.js in Next',
    command: ['node', 'node_modules/next/dist/bin/next', 'start', '-H', 'localhost'],
    callback: '/api/auth/callback/tmdb',
    host: 'localhost', // Next replaces 127.0.0.1 by it in redirects
    hasSecret: true,
  },
  'better-auth': {
    uses: 'Better Auth in Hono',
    command: ['node', 'main.js'],
    callback: '/api/auth/callback/tmdb',
    hasSecret: true,
  },
  passport: {
    uses: 'passport-openidconnect: Express 5 and Passport',
    command: ['node', 'server.js'],
    callback: '/callback',
    hasSecret: true,
  },
  'oidc-client-ts': {
    uses: 'oidc-client-ts: a page without a server of its own',
    command: ['node', 'server.js'],
    callback: '/callback',
    hasSecret: false,
  },
  oauth4webapi: {
    uses: 'oauth4webapi: a server of node:http',
    command: ['node', 'server.js'],
    callback: '/callback',
    hasSecret: true,
  },
  authlib: {
    uses: 'Authlib in Flask (Python)',
    command: [PYTHON, 'main.py'],
    needs: [PYTHON, '-c', 'import authlib, flask, requests'],
    callback: '/callback',
    hasSecret: true,
  },
  terminal: {
    uses: 'a terminal with curl and jq: a code to type on a phone',
    command: ['bash', 'sign-in.sh'],
    needs: ['bash', '-c', 'command -v curl && command -v jq'],
    hasSecret: false,
  },
} as const satisfies Record<string, App>;

export type AppName = keyof typeof APPS;
export const NAMES = Object.keys(APPS) as AppName[];
export const isApp = (name: string): name is AppName => Object.hasOwn(APPS, name);

const DEVICE = ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'];

/** How the provider knows the app. */
export function registrationOf(name: AppName, site: string, secret: string): OpenidClient[] {
  const { callback, hasSecret }: App = APPS[name];
  const app: OpenidClient = {
    client_id: name,
    client_name: 'Evening Reel',
    ...(hasSecret && { client_secret: secret }),
    ...(callback === undefined
      ? { grant_types: DEVICE }
      : {
          application_type: 'native', // allows http on this machine
          redirect_uris: [site + callback],
          post_logout_redirect_uris: [`${site}/`],
        }),
  };
  const television = {
    client_id: 'television',
    client_name: 'Evening Reel on your television',
    grant_types: DEVICE,
  };
  return name === 'openid-client' ? [app, television] : [app];
}

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
}

export const APPS = {
  'openid-client': {
    uses: 'openid-client: a site, and a television with a code to type',
    command: ['node', '--import', 'tsx', 'main.ts'],
    callback: '/callback',
    hasSecret: true,
  },
  'auth-js': {
    uses: 'Auth.js in Next',
    command: ['node', 'node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1'],
    callback: '/api/auth/callback/tmdb',
    host: 'localhost', // Next replaces 127.0.0.1 by it
    hasSecret: true,
  },
  'better-auth': {
    uses: 'Better Auth in Hono',
    command: ['node', 'main.js'],
    callback: '/api/auth/callback/tmdb',
    hasSecret: true,
  },
  authlib: {
    uses: 'Authlib in Flask (Python)',
    command: [process.env.PYTHON ?? 'python3', 'main.py'],
    callback: '/callback',
    hasSecret: true,
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

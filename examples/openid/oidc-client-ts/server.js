/** Serves the page's files. It takes no part in the sign-in: any web server can do this. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const { ISSUER, CLIENT_ID, PORT } = process.env;
for (const name of ['ISSUER', 'CLIENT_ID', 'PORT'])
  if (!process.env[name]) {
    console.error(`Set the environment variable ${name}.`);
    process.exit(1);
  }

const file = (name) => readFile(new URL(name, import.meta.url), 'utf8');
const library = (name) => readFile(new URL(import.meta.resolve(name)), 'utf8');
const index = await file('index.html');
const script = 'text/javascript; charset=utf-8';
const html = 'text/html; charset=utf-8';
const files = {
  '/': [html, index],
  '/callback': [html, index],
  '/app.js': [script, await file('app.js')],
  '/style.css': ['text/css; charset=utf-8', await file('style.css')],
  '/settings.js': [
    script,
    `export const authority = ${JSON.stringify(ISSUER)};\nexport const client_id = ${JSON.stringify(CLIENT_ID)};\n`,
  ],
  '/lib/oidc-client-ts.js': [script, await library('oidc-client-ts')],
  '/lib/jwt-decode.js': [script, await library('jwt-decode')],
};

// The tokens are in the page: no script of another origin may run there, and it asks the provider alone.
const [, importMap] = /<script type="importmap">(.*?)<\/script>/s.exec(index);
const hash = createHash('sha256').update(importMap).digest('base64');
const policy = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${hash}'`,
  "style-src 'self'",
  `connect-src ${new URL(ISSUER).origin}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const server = createServer((request, response) => {
  const [type, text] = files[request.url.split('?')[0]] ?? [];
  if (!text) return response.writeHead(404).end('Not found');
  const headers = {
    'content-type': type,
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
  };
  response.writeHead(200, headers).end(text);
}).listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => server.close().closeAllConnections());

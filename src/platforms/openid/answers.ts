import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { type Answer, responseOf } from '../server/answer.ts';

/** The part of Koa's context that is used here. */
export type Context = Pick<
  KoaContextWithOIDC,
  | 'req'
  | 'res'
  | 'method'
  | 'path'
  | 'querystring'
  | 'status'
  | 'body'
  | 'set'
  | 'get'
  | 'remove'
  | 'redirect'
>;

/** Answers with the server's headers: no caching, no referrer, a strict content policy. */
export async function send(ctx: Context, answer: Answer): Promise<void> {
  const response = responseOf(answer, {});
  ctx.status = response.status;
  ctx.body = Buffer.from(await response.arrayBuffer());
  // After the body, as Koa guesses a type from it.
  response.headers.forEach((value, name) => {
    ctx.set(name, value);
  });
}

/** The request without its body, in the form that the server's functions take. */
export function headOfRequest({ req, method, path, querystring }: Context, issuer: string): Request {
  const headers = new Headers();
  // HTTP/2 has headers like `:path`, which are none here.
  for (const [name, value] of Object.entries(req.headers))
    if (value !== undefined && !name.startsWith(':'))
      headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  return new Request(`${issuer}${path}${querystring && `?${querystring}`}`, { method, headers });
}

/** A request below a path, as Express marks it. */
type MountedRequest = IncomingMessage & { originalUrl?: string; baseUrl?: string };

/** Gives the request this body, in place of one that was read. */
export function setBody(ctx: Context, body: Uint8Array): void {
  const { headers, method, url, socket, originalUrl, baseUrl } = ctx.req as MountedRequest;
  delete headers['transfer-encoding'];
  headers['content-length'] = String(body.byteLength);
  const parts = { headers, method, url, socket, originalUrl, baseUrl };
  Object.assign(ctx, { req: Object.assign(Readable.from([body]), parts) });
}

/** The request with its body, which can be read once. */
export function requestOf(ctx: Context, issuer: string): Request {
  const request = headOfRequest(ctx, issuer);
  if (request.method === 'GET' || request.method === 'HEAD') return request;
  const body = { body: Readable.toWeb(ctx.req) as ReadableStream, duplex: 'half' };
  return new Request(request, body);
}

import { readBody, typeOf } from '../server/requests.ts';
import { type Context, requestOf, setBody } from './answers.ts';
import type { OpenidSettings } from './options.ts';

/**
 * Apps without a secret send their `client_id` in the body. oidc-agent and Python's requests-oauthlib send it as HTTP
 * Basic with an empty secret, which RFC 6749 allows and oidc-provider refuses. Moves it to the body.
 */
export async function acceptEmptySecret(ctx: Context, { issuer, server }: OpenidSettings): Promise<void> {
  const clientId = clientIdIn(ctx.req.headers.authorization);
  if (ctx.method !== 'POST' || clientId === null) return;
  const request = requestOf(ctx, issuer);
  if (typeOf(request.headers) !== 'application/x-www-form-urlencoded') return;
  const body = await readBody(request, server);
  // oidc-provider refuses a form that lacks everything else.
  const form = new URLSearchParams(typeof body === 'string' ? '' : new TextDecoder().decode(body));
  // Two different names are refused later.
  if (form.get('client_id') !== clientId) form.append('client_id', clientId);
  delete ctx.req.headers.authorization;
  setBody(ctx, Buffer.from(form.toString()));
}

/** Null unless the secret is empty. */
function clientIdIn(authorization = ''): string | null {
  const [, basic = ''] = /^Basic ([\w+/]+=*)$/i.exec(authorization) ?? [];
  const [, id] = /^([^:&]+):$/.exec(Buffer.from(basic, 'base64').toString()) ?? [];
  return id === undefined ? null : new URLSearchParams(`id=${id}`).get('id');
}

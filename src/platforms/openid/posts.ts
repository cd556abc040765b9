import { refuse } from '../server/answer.ts';
import { readBody } from '../server/requests.ts';
import { type Context, requestOf, send } from './answers.ts';
import type { OpenidSettings } from './options.ts';

/** Apps may send these by POST, too (OpenID Connect Core, 3.1.2.1; RP-Initiated Logout, 2). */
const ALSO_POSTED = new Set(['/auth', '/session/end']);

/**
 * Has the browser repeat such a request by GET. With a form of another site it sends no `SameSite=Lax` cookie, and with
 * the redirect it does.
 */
export async function repeatByGet(ctx: Context, { issuer, server }: OpenidSettings): Promise<boolean> {
  if (ctx.method !== 'POST' || !ALSO_POSTED.has(ctx.path)) return false;
  const body = await readBody(requestOf(ctx, issuer), server);
  if (typeof body === 'string') {
    await send(ctx, refuse(body));
    return true;
  }
  const query = new URLSearchParams(new TextDecoder().decode(body));
  // Nothing here takes it, but an app may send it, and addresses end up in logs.
  query.delete('client_secret');
  // Nor the user's name in an ID token: the app's name is enough, as the user is asked in any case.
  const app = audienceOf(query.get('id_token_hint'));
  if (app !== null) {
    query.delete('id_token_hint');
    query.set('client_id', app);
  }
  ctx.redirect(`${issuer}${ctx.path}?${query}`);
  ctx.status = 303;
  return true;
}

/** The app that an ID token was made for. Null if it cannot be read: oidc-provider then says why. */
function audienceOf(idToken: string | null): string | null {
  const [, payload = ''] = idToken?.split('.') ?? [];
  try {
    const { aud } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud?: unknown };
    return typeof aud === 'string' ? aud : null;
  } catch {
    return null;
  }
}

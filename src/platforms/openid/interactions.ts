import { errors, type Provider } from 'oidc-provider';
import { refuse, refusePrefetch } from '../server/answer.ts';
import { fieldsOf, isPrefetch, readBody } from '../server/requests.ts';
import type { Accounts, Outcome } from './accounts.ts';
import { type Context, requestOf, send } from './answers.ts';
import type { OpenidSettings } from './options.ts';
import type { Pages } from './pages.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

const DENIED = {
  error: 'access_denied',
  error_description: 'The user denied the request.',
};
const LATE = 'The sign-in on TMDB was not completed in time. Start again.';

/** The pages between an app's request and its answer: TMDB's approval, then consent. */
export function createInteractions(
  provider: Provider,
  settings: OpenidSettings,
  accounts: Accounts,
  pages: Pages,
) {
  const { issuer, server } = settings;

  /** The interaction that this browser has begun, or null. */
  const interactionOf = async ({ req, res }: Context, uid: string): Promise<Interaction | null> => {
    try {
      const details = await provider.interactionDetails(req, res);
      return details.uid === uid ? details : null;
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return null;
      throw error;
    }
  };

  const resume = async (ctx: Context, result: Parameters<Provider['interactionResult']>[2]) => {
    const merge = { mergeWithLastSubmission: 'consent' in result };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, merge));
    ctx.status = 303;
  };

  const settle = async (ctx: Context, details: Interaction, outcome: Outcome) => {
    switch (outcome.kind) {
      case 'signedIn':
        await resume(ctx, { login: { accountId: outcome.accountId } });
        return accounts.complete(details.uid, outcome.accountId);
      case 'denied':
        return resume(ctx, DENIED);
      case 'late':
        // RFC 8628 has a code of its own for devices.
        return resume(ctx, {
          error: details.deviceCode ? 'expired_token' : 'access_denied',
          error_description: LATE,
        });
      case 'elsewhere':
        return send(ctx, pages.elsewhere(false));
      case 'retry':
        return send(ctx, pages.retry());
    }
  };

  const goOn = (ctx: Context, { returnTo }: Interaction) => {
    ctx.redirect(returnTo);
    ctx.status = 303;
  };

  const signIn = async (ctx: Context, uid: string, details: Interaction, returned: URL | null) => {
    // The page was loaded again after the sign-in.
    if (details.result) return goOn(ctx, details);
    if (returned) {
      const outcome = await accounts.finish(uid, returned);
      // The same return may have been completed by another request meanwhile.
      const latest = outcome.kind === 'signedIn' ? null : await interactionOf(ctx, uid);
      return latest?.result ? goOn(ctx, latest) : settle(ctx, details, outcome);
    }
    const begun = await accounts.begin(uid, `${issuer}/interaction/${uid}/return`);
    if (typeof begun !== 'string') return settle(ctx, details, begun);
    ctx.redirect(begun);
    ctx.status = 303;
  };

  const scopesOf = ({ params }: Interaction) => String(params.scope ?? '').split(' ');

  const showConsent = async (ctx: Context, details: Interaction) => {
    const client = await provider.Client.find(String(details.params.client_id));
    const account = await accounts.find(details.session?.accountId ?? '');
    if (!client || !account) return send(ctx, pages.late(400));
    const app = client.clientName ?? client.clientId;
    return send(ctx, pages.consent(app, account.username, scopesOf(details)));
  };

  const takeDecision = async (ctx: Context, details: Interaction, request: Request) => {
    const body = await readBody(request, server);
    const fields = typeof body === 'string' ? null : await fieldsOf(request, body);
    if (!fields) return send(ctx, refuse('bad_request'));
    const accountId = details.session?.accountId ?? '';
    if (fields.decision !== 'allow') {
      await accounts.endIfUnused(accountId);
      return resume(ctx, DENIED);
    }
    const clientId = String(details.params.client_id);
    const known = details.grantId ? await provider.Grant.find(details.grantId) : undefined;
    const grant = known ?? new provider.Grant({ accountId, clientId });
    grant.addOIDCScope(scopesOf(details).join(' '));
    return resume(ctx, { consent: { grantId: await grant.save() } });
  };

  /** Handles the request if its address is one of these pages. */
  return async (ctx: Context): Promise<boolean> => {
    const [, uid, tail] = /^\/interaction\/([\w-]+)(\/return)?$/.exec(ctx.path) ?? [];
    if (!uid) return false;
    if (ctx.method !== 'GET' && ctx.method !== 'POST') {
      await send(ctx, refuse('method', [['allow', 'GET, POST']]));
      return true;
    }
    const request = requestOf(ctx, issuer);
    if (isPrefetch(request)) {
      await send(ctx, refusePrefetch());
      return true;
    }
    const returned = tail ? new URL(request.url) : null;
    const details = await interactionOf(ctx, uid);
    if (!details) await answerStranger(ctx, uid, returned);
    else if (details.prompt.name === 'login') await signIn(ctx, uid, details, returned);
    else if (ctx.method === 'POST') await takeDecision(ctx, details, request);
    else await showConsent(ctx, details);
    return true;
  };

  /** For a browser that did not begin this sign-in: TMDB leads the person there who approved it. */
  async function answerStranger(ctx: Context, uid: string, returned: URL | null) {
    if (!returned) return send(ctx, pages.late(400));
    const canEnd = await accounts.isPending(uid, returned);
    if (ctx.method !== 'POST') return send(ctx, pages.elsewhere(canEnd));
    if (canEnd) await accounts.forget(uid);
    return send(ctx, pages.ended());
  }
}

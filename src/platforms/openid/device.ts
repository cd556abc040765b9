import type { KoaContextWithOIDC } from 'oidc-provider';
import { send } from './answers.ts';
import type { Pages } from './pages.ts';

const xsrfIn = (form: string) => /name="xsrf" value="([\w-]+)"/.exec(form)?.[1] ?? '';
const appOf = ({ oidc }: KoaContextWithOIDC) => oidc.client?.clientName ?? oidc.client?.clientId ?? '';

/** Device codes (RFC 8628): eight letters without vowels, so that they spell no word. */
export function deviceFlowOf(issuer: string, pages: Pages) {
  const action = `${issuer}/device`;
  return {
    enabled: true,
    charset: 'base-20' as const,
    mask: '****-****',
    userCodeInputSource(ctx: KoaContextWithOIDC, form: string, out?: { error: string }, problem?: Error) {
      const name = problem?.name ?? '';
      if (name === 'AbortedError') return send(ctx, pages.denied());
      const isLate = name === 'ExpiredError' || name === 'SessionNotFound' || out?.error === 'expired_token';
      if (isLate) return send(ctx, pages.late());
      const isUnknown = name === 'NotFoundError' || name === 'NoCodeError';
      // Other problems say nothing of the code: the form was sent twice, or is of an earlier visit.
      const known = name === 'AlreadyUsedError' ? 'codeUsed' : isUnknown ? 'codeUnknown' : null;
      const typed = (problem as { userCode?: string } | undefined)?.userCode ?? ctx.state.userCode;
      return send(ctx, pages.code(action, xsrfIn(form), typed, known));
    },
    userCodeConfirmSource: (
      ctx: KoaContextWithOIDC,
      form: string,
      _client: unknown,
      _info: unknown,
      code: string,
    ) => send(ctx, pages.device(action, xsrfIn(form), appOf(ctx), code)),
    successSource: (ctx: KoaContextWithOIDC) => send(ctx, pages.done(appOf(ctx))),
  };
}

import type { KoaContextWithOIDC } from 'oidc-provider';
import type { WallClock } from '../../lib/clock.ts';
import { MOST_WRONG_CODES } from '../server/devices.ts';
import { createLimit } from '../server/limit.ts';
import { shownCode, typedCode } from '../server/user-code.ts';
import { send } from './answers.ts';
import { TooManyCodes } from './limits.ts';
import type { Pages } from './pages.ts';

const xsrfIn = (form: string) => /name="xsrf" value="([\w-]+)"/.exec(form)?.[1] ?? '';
const appOf = ({ oidc }: KoaContextWithOIDC) => oidc.client?.clientName ?? oidc.client?.clientId ?? '';

/** oidc-provider's errors. Others say nothing of the code: the form was sent twice, or is of an earlier visit. */
const PROBLEMS: Record<string, 'codeUnknown' | 'codeUsed' | 'codeExpired'> = {
  NotFoundError: 'codeUnknown',
  NoCodeError: 'codeUnknown',
  AlreadyUsedError: 'codeUsed',
  ExpiredError: 'codeExpired',
};

/** Device codes (RFC 8628): eight letters without vowels, so that they spell no word. */
export function deviceFlowOf(issuer: string, pages: Pages) {
  const action = `${issuer}/device`;
  return {
    enabled: true,
    // Without what oidc-provider keeps of the device: its address and user agent.
    deviceInfo: () => ({}),
    charset: 'base-20' as const,
    mask: '****-****',
    userCodeInputSource(ctx: KoaContextWithOIDC, form: string, out?: { error: string }, problem?: Error) {
      const { session } = ctx.oidc;
      if (problem && session && session.exp === undefined) {
        // oidc-provider cannot save it after an error. Without it a form would have no valid `xsrf`.
        (session as { touched?: boolean }).touched = false;
        return send(ctx, pages.late(400));
      }
      if (problem instanceof TooManyCodes) return send(ctx, pages.tooMany(MOST_WRONG_CODES.within));
      const name = problem?.name ?? '';
      if (name === 'AbortedError') return send(ctx, pages.denied());
      if (name === 'SessionNotFound' || out?.error === 'expired_token') return send(ctx, pages.late());
      if (out?.error === 'server_error') return send(ctx, pages.retry());
      const known = PROBLEMS[name] ?? null;
      // Only a code is shown again: a link could hold any text.
      const code = typedCode((problem as { userCode?: string } | undefined)?.userCode ?? ctx.state.userCode);
      const shown = code === null ? '' : shownCode(code);
      return send(ctx, {
        ...pages.code(action, xsrfIn(form), shown, known),
        status: problem ? ctx.status : 200,
      });
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

/** A device that names no `interval` of its own waits 5 s (RFC 8628). A second less, as networks delay requests. */
const INTERVAL = { perAddress: 1, inAll: Number.POSITIVE_INFINITY, within: 4_000 };

/** Tells a device that polls too fast to slow down, which oidc-provider does not. */
export function createSlowDown(clock: WallClock) {
  const limit = createLimit(clock, INTERVAL);
  return (ctx: KoaContextWithOIDC) => {
    const { error } = (ctx.body ?? {}) as { error?: string };
    if (error !== 'authorization_pending' || limit.take(String(ctx.oidc.params?.device_code))) return;
    ctx.body = { error: 'slow_down', error_description: 'Wait 5 s between two requests.' };
  };
}

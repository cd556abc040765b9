import type { Answer } from '../server/answer.ts';
import { asText, page } from '../server/pages.ts';
import type { OpenidTexts, Say } from './texts.ts';
import { speaker } from './texts.ts';

/* The provider's pages. They work without scripts, and every form goes to this origin. */

const STYLE = `
ul{padding-left:1.25rem}
form{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.5rem 0}
label{flex:1 0 100%}
input:not([type=hidden]){margin:0}
.second{background:transparent;color:inherit;box-shadow:inset 0 0 0 1px light-dark(#757575,#8c8c8c)}
.small{opacity:.8;font-size:.9375rem}`;

/** The scopes that an app may ask for, and what each allows. */
export const SCOPES = {
  openid: 'consentOpenid',
  profile: 'consentProfile',
  tmdb: 'consentTmdb',
  offline_access: 'consentOffline',
} as const satisfies Record<string, keyof OpenidTexts>;

/** Why a code was refused. */
type CodeProblem = 'codeUnknown' | 'codeUsed' | 'codeExpired';

interface Content {
  title: string;
  /** HTML. */
  body?: string;
  status?: number;
  leadsTo?: string;
  formAction?: string;
}

const hidden = (name: string, value: string) =>
  `<input type="hidden" name="${name}" value="${asText(value)}">`;
const paragraph = (text: string, kind = '') => `<p${kind && ` class="${kind}"`}>${asText(text)}</p>`;

/** `wait` in ms. */
export const retryAfter = (wait: number): [string, string] => ['retry-after', String(wait / 1_000)];

export function createPages(texts: OpenidTexts, webURL: string) {
  const say: Say = speaker(texts);
  const show = ({ status = 200, body = '', ...rest }: Content): Answer =>
    page({ status, body, ...rest, language: texts.language, style: STYLE });
  const button = (name: Parameters<Say>[0], attributes = '') =>
    `<button${attributes && ` ${attributes}`}>${asText(say(name))}</button>`;

  return {
    consent(app: string, user: string, scopes: readonly string[]) {
      const rights = Object.entries(SCOPES)
        .filter(([scope]) => scopes.includes(scope))
        .map(([, name]) => `<li>${asText(say(name))}</li>`);
      return show({
        title: say('consentTitle', { app }),
        body: `${paragraph(say('consentUser', { user }))}${paragraph(say('consentLead', { app }))}<ul>${rights.join('')}</ul>
<form method="post">${button('allow', 'name="decision" value="allow"')}${button('deny', 'name="decision" value="deny" class="second"')}</form>`,
      });
    },
    /** `problem`: why the last code was refused. */
    code(action: string, xsrf: string, code = '', problem: CodeProblem | null = null) {
      const said = problem === null ? '' : `<p id="problem" role="alert">${asText(say(problem))}</p>\n`;
      return show({
        title: say('codeTitle'),
        formAction: new URL(action).origin,
        body: `<p id="hint">${asText(say('codeHint'))}</p>
${said}<form method="post" action="${asText(action)}">${hidden('xsrf', xsrf)}
<label for="code">${asText(say('codeLabel'))}</label>
<input id="code" name="user_code" value="${asText(code)}" placeholder="XXXX-XXXX" required autofocus autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" aria-describedby="hint${problem === null ? '' : ' problem'}"${problem === null ? '' : ' aria-invalid="true"'}>
${button('next')}</form>`,
      });
    },
    device: (action: string, xsrf: string, app: string, code: string) =>
      show({
        title: say('deviceTitle', { app }),
        formAction: new URL(action).origin,
        body: `${paragraph(say('deviceCompare'))}${paragraph(code, 'code')}${paragraph(say('deviceWarning'), 'warning')}
<form method="post" action="${asText(action)}">${hidden('xsrf', xsrf)}${hidden('user_code', code)}${button('next', 'name="confirm" value="yes"')}${button('deny', 'name="abort" value="yes" class="second"')}</form>`,
      }),
    done: (app: string) => show({ title: say('doneTitle', { app }), body: paragraph(say('doneText')) }),
    denied: () => show({ title: say('deniedTitle'), body: paragraph(say('deniedText')) }),
    late: (status = 200) => show({ status, title: say('lateTitle'), body: paragraph(say('lateText')) }),
    /** Leads on by itself. A redirect after a form would be blocked by `form-action 'self'`. */
    leadOn: (to: string) =>
      show({
        title: say('continueTitle'),
        body: `<p><a href="${asText(to)}">${asText(say('continueLink'))}</a></p>`,
        leadsTo: to,
      }),
    /** A form that needs a click, in place of one that a script would submit. `inputs` is HTML. */
    submit: (action: string, inputs: string, status: number) =>
      show({
        status,
        title: say('continueTitle'),
        body: `<form method="post" action="${asText(action)}">${inputs}${button('continueLink', 'autofocus')}</form>`,
        formAction: new URL(action).origin,
      }),
    tooMany(wait: number): Answer {
      const answer = show({ status: 429, title: say('tooManyTitle'), body: paragraph(say('tooManyText')) });
      return { ...answer, headers: [...answer.headers, retryAfter(wait)] };
    },
    retry: () =>
      show({
        status: 503,
        title: say('retryTitle'),
        body: `${paragraph(say('retryText'))}<p><a href="">${asText(say('retryLink'))}</a></p>`,
      }),
    elsewhere(canEnd: boolean) {
      const end = canEnd
        ? `<form method="post">${button('elsewhereEnd', 'class="end"')}</form>`
        : `<p><a href="${asText(webURL)}/settings/sessions">${asText(say('elsewhereSessions'))}</a></p>`;
      const body = `${paragraph(say('elsewhereText'))}${end}`;
      return show({ status: 400, title: say('elsewhereTitle'), body });
    },
    ended: () => show({ title: say('endedTitle'), body: paragraph(say('endedText')) }),
    logout: (action: string, xsrf: string) =>
      show({
        title: say('logoutTitle'),
        formAction: new URL(action).origin,
        body: `${paragraph(say('logoutText'))}<form method="post" action="${asText(action)}">${hidden('xsrf', xsrf)}${button('logout', 'name="logout" value="yes"')}${button('stay', 'class="second"')}</form>`,
      }),
    loggedOut: () => show({ title: say('loggedOutTitle'), body: paragraph(say('loggedOutText')) }),
    error: (status: number, error: string, description = '') =>
      show({
        status,
        title: say('errorTitle'),
        body: `${paragraph(description)}<p class="small"><code>${asText(error)}</code></p>`,
      }),
  };
}

export type Pages = ReturnType<typeof createPages>;

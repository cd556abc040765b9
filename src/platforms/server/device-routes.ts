import { failure } from '../../../machines/index.ts';
import { type Answer, json, redirect } from './answer.ts';
import { askCodePage, confirmCodePage } from './device-pages.ts';
import { MOST_WRONG_CODES } from './devices.ts';
import { hostOf } from './pages.ts';
import { wantsJson } from './requests.ts';
import { type CallForOthers, landingOf } from './route-call.ts';
import { shownCode, typedCode } from './user-code.ts';

/** Codes of a device, typed on a phone or a computer. */

const pageOf = ({ settings, devices }: CallForOthers) => ({
  texts: devices.device.texts,
  site: hostOf(settings.origin),
  path: `${settings.basePath}/device`,
});

/** A link may hold the code (`verificationUriComplete`): it fills in the form, and the code is not looked up. */
export async function askForCode(call: CallForOthers): Promise<Answer> {
  const linked = typedCode(call.url.searchParams.get('user_code'));
  return askCodePage(pageOf(call), { typed: linked ? shownCode(linked) : '' });
}

/**
 * Takes a typed code. First shows what the user is about to approve; when they confirm it, uses the code and leads to
 * TMDB. A script of the site does both at once and has a page of its own to warn the user.
 */
export async function takeCode(call: CallForOthers): Promise<Answer> {
  const { request, fields, devices, event } = call;
  const isScript = wantsJson(request);
  const isConfirmed = isScript || fields.confirm === 'true';
  const code = typedCode(fields.userCode);
  // A text that cannot be a code is no guess.
  const found = code ? await devices.waitingFor(code, request, isConfirmed ? 'use' : 'look') : 'wrong';
  if (code === null || typeof found === 'string') {
    event.deviceCode = typeof found === 'string' ? found : 'wrong';
    return refused(call, event.deviceCode === 'too_many');
  }
  event.deviceCode = isConfirmed ? 'used' : 'found';
  const { approvalUrl } = found;
  if (isScript) return json({ failure: null, approvalUrl });
  return isConfirmed ? redirect(approvalUrl) : confirmCodePage(pageOf(call), code, landingOf(call));
}

/** The wrong code is not shown again: it may be anything, of any length. */
function refused(call: CallForOthers, isTooMany: boolean): Answer {
  const { tooMany, wrong } = call.devices.device.texts;
  const why = isTooMany
    ? failure('rate_limited', { message: tooMany, retryAfter: MOST_WRONG_CODES.within })
    : failure('invalid_value', { message: wrong });
  const { content, ...answer } = json({ failure: why });
  if (wantsJson(call.request)) return { ...answer, ...(content && { content }) };
  const page = askCodePage(pageOf(call), { typed: '', problem: why.message, status: answer.status });
  return { ...answer, ...page, headers: [...answer.headers, ...page.headers] };
}

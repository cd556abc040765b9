import type { Answer } from './answer.ts';
import type { DeviceTexts } from './device-texts.ts';
import { asText, link, page } from './pages.ts';
import { shownCode } from './user-code.ts';

interface DevicePage {
  /** Path of the route, for the forms: the address may hold the code of a link. */
  path: string;
  texts: DeviceTexts;
  /** The site's host, in texts. */
  site: string;
}

const textOf = ({ site }: DevicePage, text: string) => text.replaceAll('{site}', site);
const htmlOf = (at: DevicePage, text: string) => asText(textOf(at, text));

/** Asks for the code that a device shows. `typed`: what stands in the field. `problem`: why the last code failed. */
export function askCodePage(
  at: DevicePage,
  { typed, problem = null, status = 200 }: { typed: string; problem?: string | null; status?: number },
): Answer {
  const { texts } = at;
  const alert = problem === null ? '' : `<p id="problem" role="alert">${htmlOf(at, problem)}</p>\n`;
  const isWrong = problem === null ? '' : ' aria-invalid="true" aria-describedby="problem"';
  return page({
    status,
    language: texts.language,
    title: textOf(at, texts.title),
    body: `<p>${htmlOf(at, texts.prompt)}</p>
${alert}<form method="post" action="${asText(at.path)}"><label for="code">${htmlOf(at, texts.label)}</label>
<input id="code" name="userCode" value="${asText(typed)}" placeholder="XXXX-XXXX" maxlength="40" required autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false"${isWrong}>
<button>${htmlOf(at, texts.next)}</button></form>`,
  });
}

/** Says what the user is about to approve, before TMDB asks. */
export function confirmCodePage(at: DevicePage, userCode: string, home: string): Answer {
  const { texts } = at;
  const shown = shownCode(userCode);
  return page({
    status: 200,
    language: texts.language,
    title: textOf(at, texts.question),
    body: `<p class="code">${shown}</p>
<p>${htmlOf(at, texts.approving)}</p>
<p class="warning">${htmlOf(at, texts.warning)}</p>
<form method="post" action="${asText(at.path)}"><input type="hidden" name="userCode" value="${shown}"><input type="hidden" name="confirm" value="true"><button>${htmlOf(at, texts.approve)}</button></form>
<p>${link(home, textOf(at, texts.leave))}</p>`,
  });
}

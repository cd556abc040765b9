import type { Screen } from './front.ts';

/** Plays a whole sign-in: the television's requests and the user's two. Returns its result as text. */
export async function playOnce(url: string, approve: (requestToken: string) => void): Promise<string> {
  let cookie = '';
  const ask = async <Answer>(method: string, path: string): Promise<Answer> => {
    const response = await fetch(url + path, { method, headers: { cookie } });
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return response.json() as Promise<Answer>;
  };
  const begun = await ask<Screen>('POST', '/start');
  const page = new URL(begun.address ?? '');
  const requestToken = page.pathname.split('/').at(-1) ?? '';
  approve(requestToken);
  const back = new URL(page.searchParams.get('redirect_to') ?? '');
  back.search = `request_token=${requestToken}&approved=true`;
  await fetch(back);
  let screen: Screen | null = begun;
  while (screen && screen.state !== 'sessionActive.ready') {
    if (screen.state.startsWith('idle')) throw new Error(`It ended in ${screen.state}.`);
    screen = await ask<Screen | null>('GET', `/wait?seen=${screen.state}`);
  }
  const signedIn = await ask<{ account: { username: string } | null } | null>('POST', '/collect');
  const again = await ask('POST', '/collect');
  if (!signedIn || again !== null) throw new Error('The session was not handed over exactly once.');
  return `Signed in as ${signedIn.account?.username}. Only the television has the session.`;
}

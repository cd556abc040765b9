import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { getToken } from 'next-auth/jwt';
import { auth, signIn, signOut } from '../auth';

const DENIED = 'You did not allow it.';

async function login() {
  'use server';
  await signIn('tmdb', { redirectTo: '/' });
}

/** Also ends the session at the provider. */
async function logout() {
  'use server';
  const { AUTH_SECRET, AUTH_TMDB_ISSUER, AUTH_URL = '' } = process.env;
  const token = await getToken({
    req: { headers: await headers() },
    secret: AUTH_SECRET,
    secureCookie: AUTH_URL.startsWith('https:'),
  });
  await signOut({ redirect: false });
  if (!token) redirect('/');
  const answer = await fetch(`${AUTH_TMDB_ISSUER}/.well-known/openid-configuration`);
  const { end_session_endpoint } = await answer.json();
  const query = { id_token_hint: String(token.idToken), post_logout_redirect_uri: `${AUTH_URL}/` };
  redirect(`${end_session_endpoint}?${new URLSearchParams(query)}`);
}

export default async function Page({ searchParams }: { searchParams: Promise<{ error?: string }> }) {
  const session = await auth();
  const { error } = await searchParams;
  if (session)
    return (
      <>
        <h1>Good evening, {session.user?.name}</h1>
        <form action={logout}>
          <button type="submit">Sign out</button>
        </form>
      </>
    );
  return (
    <>
      <h1>Evening Reel</h1>
      {error && <p role="alert">{error === 'OAuthCallbackError' ? DENIED : 'It did not work. Try again.'}</p>}
      <form action={login}>
        <button type="submit">Sign in with TMDB</button>
      </form>
    </>
  );
}

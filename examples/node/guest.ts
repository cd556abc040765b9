/** The same as a guest, who can only rate at TMDB. `npm run example node/guest` */
import { TmdbAuthError } from 'tmdb-auth';
import { accountOf } from 'tmdb-auth/account';
import { connect } from './tmdb.ts';

const FILM = { movie: 550 };
const { auth, close } = await connect();
const my = accountOf(auth);

const { guest } = await auth.loginAsGuest();
console.log(`A guest until ${new Date(guest?.unusedUntil ?? 0).toISOString()}, unless it rates something.`);

await my.rate(FILM, 7);
console.log(`Rated: now a guest until ${new Date(auth.getView().guest?.expiresAt ?? 0).toISOString()}.`);
console.log(await my.states(FILM));

// A plain path: `me` stands for the guest's id. TMDB updates the list after some seconds; until then it may answer
// 404 or 500.
const list = await auth.fetch('/3/guest_session/me/rated/movies');
console.log(list.ok ? `TMDB's list: ${await list.text()}` : `TMDB has no list yet (${list.status}).`);

try {
  await my.favorite(FILM);
} catch (error) {
  if (!TmdbAuthError.is(error)) throw error;
  console.log(`${error.code}: ${error.message}`);
}

await auth.logout();
await close();

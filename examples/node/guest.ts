/** The same as a guest, as far as TMDB lets guests go: they rate, and nothing else. `npm run example node/guest` */
import { connect } from './tmdb.ts';

const FILM = 550;
const { auth, close } = await connect();

const { guest } = await auth.loginAsGuest();
console.log(`A guest until ${new Date(guest?.unusedUntil ?? 0).toISOString()}, unless it rates something.`);

await auth.api(`/3/movie/${FILM}/rating`, { method: 'POST', body: { value: 7 } });
console.log(`Rated: now a guest until ${new Date(auth.getView().guest?.expiresAt ?? 0).toISOString()}.`);

// TMDB may refuse this to a guest who is well, and is some seconds late with a rating.
const states = await auth.fetch(`/3/movie/${FILM}/account_states`);
console.log(
  states.ok ? `TMDB says: ${await states.text()}` : `TMDB says nothing to guests (${states.status}).`,
);

await auth.fetch('/3/account').catch((error) => console.log(`An account a guest has not: ${error.message}`));

await auth.logout();
await close();

/** The same as a guest, as far as TMDB lets guests go: they rate, and nothing else. `npm run example node/guest` */
import { connect } from './tmdb.ts';

const FILM = 550;
const { auth, close } = await connect();

const { guest } = await auth.loginAsGuest();
console.log(`A guest until ${new Date(guest?.unusedUntil ?? 0).toISOString()}, unless it rates something.`);

await auth.api(`/3/movie/${FILM}/rating`, { method: 'POST', body: { value: 7 } });
console.log(`Rated: now a guest until ${new Date(auth.getView().guest?.expiresAt ?? 0).toISOString()}.`);

const states = await auth.api<{ rated: { value: number } | false }>(`/3/movie/${FILM}/account_states`);
console.log(`TMDB remembers: ${JSON.stringify(states.rated)}`);

await auth.fetch('/3/account').catch((error) => console.log(`An account a guest has not: ${error.message}`));

await auth.logout();
await close();

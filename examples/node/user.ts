/** Signs a user in, then rates, favours and lists films. `npm run example node/user` */
import { accountOf } from 'tmdb-auth/account';
import { connect } from './tmdb.ts';

const FILM = { movie: 550 };
const { auth, close } = await connect();
const my = accountOf(auth);

const { account } = await auth.login();
console.log(`Signed in as ${account?.name || account?.username}.`);

await my.rate(FILM, 8.5);
await my.favorite(FILM);
console.log(await my.states(FILM));

const { id } = await my.lists.create({ name: 'Seen with tmdb-auth', description: 'Made by an example' });
for (const { media, outcome } of await my.lists.add(id, [FILM, { movie: 11 }, FILM]))
  console.log(`Film ${media.movie} on the list: ${outcome}`);

for await (const { title, rating } of my.ratings('movie')) console.log(`Rated ${title}: ${rating}`);

// For everything else use a path from TMDB's reference; the session is added if the path needs it.
const film = await auth.api<{ title: string; account_states: object }>(`/3/movie/${FILM.movie}`, {
  query: { append_to_response: 'account_states' },
});
console.log(`TMDB about ${film.title}:`, film.account_states);

await my.lists.delete(id);
await auth.logout();
await close();

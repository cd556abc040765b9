/** Signs a user in, then rates, favours and lists a film with the session. `npm run example node/user` */
import { connect } from './tmdb.ts';

const FILM = 550;
const { auth, close } = await connect();

const { account } = await auth.login();
if (!account) throw new Error('TMDB did not say whose session this is; try again later.');
console.log(`Signed in as ${account.name || account.username}.`);

await auth.api(`/3/movie/${FILM}/rating`, { method: 'POST', body: { value: 8.5 } });

await auth.api(`/3/account/${account.id}/favorite`, {
  method: 'POST',
  body: { media_type: 'movie', media_id: FILM, favorite: true },
});

const list = await auth.api<{ list_id: number }>('/3/list', {
  method: 'POST',
  body: { name: 'Seen with tmdb-auth', description: 'Made by an example', language: 'en' },
});
await auth.api(`/3/list/${list.list_id}/add_item`, { method: 'POST', body: { media_id: FILM } });

const rated = await auth.api<{ results: { title: string; rating: number }[] }>(
  `/3/account/${account.id}/rated/movies`,
);
for (const { title, rating } of rated.results) console.log(`Rated ${title}: ${rating}`);

await auth.logout();
await close();

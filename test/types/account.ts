/** Every call of `tmdb-auth/account`, and code that must not compile. Checked by `tsc`, never run. */

import { createTmdbAuth } from 'tmdb-auth';
import {
  type AccountChange,
  accountOf,
  type EpisodeRow,
  type FilmRow,
  type ItemResult,
  type Kind,
  type ListDetails,
  type ListItem,
  type Listing,
  type ListSummary,
  type Media,
  type MyAccount,
  type Page,
  type Rateable,
  type Rated,
  type SeriesRow,
  type States,
} from 'tmdb-auth/account';
import { createBrowserAuth } from 'tmdb-auth/browser';
import { createNodeAuth } from 'tmdb-auth/node';

const my: MyAccount = accountOf(createTmdbAuth({ credentials: { apiKey: '' } }));
accountOf(createNodeAuth());
accountOf(createBrowserAuth({ server: '/auth' }));
// @ts-expect-error needs a client, not its view
accountOf(createNodeAuth().getView());

const { signal } = new AbortController();
const film: Media = { movie: 550 };
const series: Media = { tv: 1396 };
const episode: Rateable = { tv: 1396, season: 1, episode: 2 };

my.rate(film, 8.5) satisfies Promise<void>;
my.rate(series, 8, { signal });
my.rate(episode, 0.5);
my.unrate(episode, { signal }) satisfies Promise<void>;
// @ts-expect-error a rating is a number
my.rate(film, '8.5');
// @ts-expect-error a rating has a value; unrate takes it back
my.rate(film);
// @ts-expect-error a rating is not null either
my.rate(film, null);
// @ts-expect-error a season has no rating of its own
my.rate({ tv: 1396, season: 1 }, 8);
// @ts-expect-error an episode has a season
my.rate({ tv: 1396, episode: 2 }, 8);
// @ts-expect-error a film has no episodes
my.rate({ movie: 550, season: 1, episode: 2 }, 8);
// @ts-expect-error an id is a number
my.rate({ movie: '550' }, 8);
// @ts-expect-error an id alone does not say of what
my.rate(550, 8);
// @ts-expect-error an item is a film or a series, not both
my.rate({ movie: 550, tv: 1396 }, 8);
// @ts-expect-error TMDB has no ratings of people
my.rate({ person: 287 }, 8);

my.favorite(film) satisfies Promise<void>;
my.favorite(series, false, { signal });
my.watchlist(film) satisfies Promise<void>;
my.watchlist(series, false);
// @ts-expect-error a favourite is a film or a series
my.favorite({ tv: 1396, season: 1, episode: 2 });
// @ts-expect-error a season is no favourite either
my.watchlist({ tv: 1396, season: 1 });
// @ts-expect-error the item comes before the value
my.favorite(film, { signal });

my.states(film, { signal }) satisfies Promise<States>;
(await my.states(film)).favorite satisfies boolean;
(await my.states(episode)).rating satisfies number | null;
(await my.states({ tv: 1396, season: 1 }))[0]?.episode satisfies number | undefined;
// @ts-expect-error an episode has only a rating
(await my.states({ tv: 1396, season: 1, episode: 2 })).favorite;

my.favorites('movie') satisfies Listing<FilmRow>;
my.watchlisted('tv', { sort: 'newest', language: 'de-DE', signal }) satisfies Listing<SeriesRow>;
my.ratings('movie') satisfies Listing<FilmRow & Rated>;
my.ratings('tv') satisfies Listing<SeriesRow & Rated>;
my.ratings('episode') satisfies Listing<EpisodeRow & Rated>;
const kind: Kind = 'tv';
my.ratings(kind) satisfies Listing<SeriesRow & Rated>;
for await (const { title, rating } of my.ratings('movie')) {
  title satisfies string;
  rating satisfies number | null;
}
my.favorites('tv').page(2) satisfies Promise<Page<SeriesRow>>;
my.favorites('tv').total() satisfies Promise<number>;
my.favorites('tv').toArray() satisfies Promise<SeriesRow[]>;
// @ts-expect-error TMDB's word is movie
my.favorites('film');
// @ts-expect-error an episode is no favourite
my.favorites('episode');
// @ts-expect-error one kind at a time
my.ratings();
// @ts-expect-error oldest or newest
my.ratings('movie', { sort: 'title' });
// @ts-expect-error a series has a name
(await my.favorites('tv').toArray())[0]?.title;
// @ts-expect-error only ratings have a rating
(await my.favorites('movie').toArray())[0]?.rating;
// @ts-expect-error an asynchronous list cannot be spread
[...my.favorites('movie')];

my.lists.all({ signal }) satisfies Listing<ListSummary>;
const { id } = await my.lists.create({ name: 'To see', description: '', language: 'en', public: false });
my.lists.get(id) satisfies Promise<ListDetails>;
my.lists.add(id, film) satisfies Promise<ItemResult[]>;
my.lists.add(id, [film, series], { signal });
my.lists.remove(id, [film] as const) satisfies Promise<ItemResult[]>;
my.lists.update(id, {
  name: 'Seen',
  description: '',
  public: true,
  sort: 'title.asc',
}) satisfies Promise<void>;
my.lists.clear(id) satisfies Promise<void>;
my.lists.delete(id) satisfies Promise<void>;
my.lists.contains(id, series) satisfies Promise<boolean>;
for await (const item of (await my.lists.get(id)).items) {
  item satisfies ListItem;
  (item.media_type === 'movie' ? item.title : item.name) satisfies string;
}
for (const { media, outcome } of await my.lists.add(id, [film])) {
  media satisfies Media;
  outcome satisfies 'done' | 'unchanged' | 'not_found';
}
// @ts-expect-error a list has a name
my.lists.create({ description: '' });
// @ts-expect-error 0 and 1 are TMDB's own values
my.lists.create({ name: '', public: 0 });
// @ts-expect-error the option is public, not private
my.lists.create({ name: '', private: true });
// @ts-expect-error the language of a list cannot change
my.lists.update(id, { language: 'de' });
// @ts-expect-error TMDB has no such order
my.lists.update(id, { sort: 'newest' });
// @ts-expect-error lists hold films and series
my.lists.add(id, { tv: 1396, season: 1, episode: 2 });
// @ts-expect-error an id is a number
my.lists.get('1');
// @ts-expect-error the list comes before the item
my.lists.contains(film, id);

const statesOfAny = (media: Rateable) => my.states(media);
(await statesOfAny(film)).rating satisfies number | null;
(await statesOfAny(film)).favorite satisfies boolean | undefined;

my.owner() satisfies string | null;
const stop: () => void = my.subscribe((change: AccountChange) => {
  if ('list' in change) change.list satisfies number;
  else if ('ratings' in change) change.ratings satisfies 'carriedOver';
  else {
    change.media satisfies Rateable;
    change.rating satisfies number | null | undefined;
    change.favorite satisfies boolean | undefined;
  }
});
stop();
// @ts-expect-error a change contains no secret
my.sessionId;

/** A film, series or episode. All are invented; some have ids from TMDB's examples. */
export interface Media {
  /** Unique among all types. */
  key: string;
  type: 'movie' | 'tv' | 'episode';
  id: number;
  /** Its row in a list of results. */
  summary: Record<string, unknown>;
}

type Film = readonly [id: number, title: string, date: string, vote: number, overview: string];

const FILMS: readonly Film[] = [
  [
    11,
    'The Lamplighter of Orbit Nine',
    '1977-05-12',
    7.9,
    'One man keeps the beacons of an empty trade route burning.',
  ],
  [18, 'Seven Doors to Verano', '1997-03-02', 7.1, 'A locksmith inherits a hotel in which no key fits.'],
  [550, 'Paper Lions', '1999-10-08', 8.4, 'Two accountants found a circus and tell nobody at work.'],
  [
    603,
    'The Quiet Switchboard',
    '1999-03-24',
    8.1,
    'An operator hears calls from a city that does not exist.',
  ],
  [680, 'Four Short Tuesdays', '1994-09-21', 8.3, 'The same bank is robbed four times, once by mistake.'],
  [1001, 'Salt on the Meridian', '2004-11-19', 6.8, 'A cartographer sails out to correct her own map.'],
  [
    1002,
    'A Bicycle for the Moon',
    '2011-06-30',
    7.4,
    'Children of a mining town build what adults laugh at.',
  ],
  [1003, 'Harvest of Glass', '2015-02-13', 6.2, 'A greenhouse in the north is the last thing that blooms.'],
  [1004, 'The Understudy', '2018-08-24', 7.0, 'She knows every part, until one is played for real.'],
  [1005, 'North of Everything', '2020-01-17', 7.6, 'Two rival weather stations share one winter.'],
  [1006, 'Night Bus to Odra', '2022-10-05', 6.9, 'Eleven passengers, one driver, and a road that repeats.'],
  [
    1007,
    'Ten Thousand Umbrellas',
    '2024-04-26',
    7.7,
    'A factory floods and its goods float into every life downstream.',
  ],
];

type Series = readonly [...Film, seasons: number, episodes: number];

const SERIES: readonly Series[] = [
  [1396, 'Kettle & Crown', '2008-01-20', 8.8, 'Two bakers rise further than their bread.', 2, 13],
  [1399, 'The Tidewardens', '2011-04-17', 8.4, 'Five harbours fight for control of one lighthouse.', 1, 8],
  [
    2001,
    'Desk 14',
    '2019-09-09',
    7.2,
    'The lost property office of a capital solves what the police do not.',
    1,
    6,
  ],
];

const MEDIA = new Map([...FILMS.map(movie), ...SERIES.flatMap(series)].map((media) => [media.key, media]));

export const findMedia = (type: unknown, id: unknown): Media | undefined =>
  type === 'movie' || type === 'tv' ? MEDIA.get(`${type}/${id}`) : undefined;
/** All media of one type. */
export const allOf = (type: Media['type']): Media[] =>
  [...MEDIA.values()].filter((media) => media.type === type);
/** The episodes of one season, in order. */
export const findSeason = (id: string, season: string): Media[] =>
  [...MEDIA.values()].filter(({ key }) => key.startsWith(`tv/${id}/season/${season}/`));
export const findMovie = (id: string): Media | undefined => MEDIA.get(`movie/${id}`);
export const findSeries = (id: string): Media | undefined => MEDIA.get(`tv/${id}`);
export const findEpisode = (id: string, season: string, episode: string): Media | undefined =>
  MEDIA.get(episodeKey(id, season, episode));

function movie([id, title, release_date, vote_average, overview]: Film): Media {
  const summary = {
    ...common(id, overview, vote_average),
    original_title: title,
    release_date,
    title,
    video: false,
  };
  return { key: `movie/${id}`, type: 'movie', id, summary };
}

function series([id, name, first_air_date, vote_average, overview, seasons, episodes]: Series): Media[] {
  const summary = {
    ...common(id, overview, vote_average),
    origin_country: ['US'],
    original_name: name,
    first_air_date,
    name,
  };
  const all = Array.from({ length: seasons * episodes }, (_, index) =>
    episode(id, first_air_date, Math.floor(index / episodes) + 1, (index % episodes) + 1),
  );
  return [{ key: `tv/${id}`, type: 'tv', id, summary }, ...all];
}

function episode(show_id: number, air_date: string, season_number: number, episode_number: number): Media {
  const id = show_id * 1000 + season_number * 100 + episode_number;
  const summary = {
    air_date,
    episode_number,
    id,
    name: `Episode ${episode_number}`,
    overview: '',
    production_code: '',
    runtime: 45,
    season_number,
    show_id,
    still_path: null,
    vote_average: 7.5,
    vote_count: 40,
  };
  return { key: episodeKey(show_id, season_number, episode_number), type: 'episode', id, summary };
}

function episodeKey(show: number | string, season: number | string, number: number | string): string {
  return `tv/${show}/season/${season}/episode/${number}`;
}

function common(id: number, overview: string, vote_average: number) {
  return {
    adult: false,
    backdrop_path: null,
    genre_ids: [18],
    id,
    original_language: 'en',
    overview,
    popularity: 10,
    poster_path: null,
    vote_average,
    vote_count: 100,
  };
}

import type { Media, Rateable } from '../../account/index.ts';
import { listedPathOf, mediaOf, pathOf } from '../../account/media.ts';
import { TMDB } from '../../lib/real-tmdb.ts';
import { addressesFromEnvironment } from '../../platforms/node/environment.ts';

const EPISODE = 'tv/1396/season/1/episode/2';

/** `movie/550`, `tv/1396/season/1/episode/2`, or the address of TMDB's page about it. Throws a `TypeError`. */
export function mediaFrom(text: string): Rateable {
  // TMDB's pages put the title after the number: /movie/550-fight-club.
  const path = pathFrom(text)
    .replace(/^\/+|\/+$/g, '')
    .replace(/^((?:movie|tv)\/\d+)-[^/]*/, '$1');
  const media = mediaOf(path);
  if (media) return media;
  throw new TypeError(
    `'${text}' is no film, series or episode: write movie/550, tv/1396 or ${EPISODE}, or paste the address of its page on TMDB.`,
  );
}

/** The same for what may be a favourite or on a list. */
export function titleFrom(text: string): Media {
  const media = mediaFrom(text);
  if (media.episode === undefined) return media;
  throw new TypeError(`'${text}' is an episode, which can only be rated: name its series.`);
}

/** A list's number, or the address of its page. Throws a `TypeError`. */
export function listFrom(text: string): number {
  const [, number] = /^(?:\/?list\/)?(\d{1,15})(?:-[^/]*)?\/?$/.exec(pathFrom(text)) ?? [];
  if (number && Number(number) > 0) return Number(number);
  throw new TypeError(`'${text}' is no list: write its number, as "tmdb-auth list ls" shows it.`);
}

/** How an item is named on a command line. */
export const nameOfMedia = (media: Rateable): string => pathOf(media);
export const nameOfTitle = (media: Media): string => listedPathOf(media);

function pathFrom(text: string): string {
  const address = /^(www\.)?themoviedb\.org\//i.test(text) ? `https://${text}` : text;
  if (!/^https?:/i.test(address)) return address;
  if (!URL.canParse(address)) return '';
  const { hostname, pathname } = new URL(address);
  const isTmdb = [TMDB.webURL, addressesFromEnvironment().webURL].some(
    (site) =>
      site &&
      URL.canParse(site) &&
      new URL(site).hostname.replace(/^www\./, '') === hostname.replace(/^www\./, ''),
  );
  return isTmdb ? pathname : '';
}

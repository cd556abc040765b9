import type { Media, Rateable } from '../../account/index.ts';
import { listedPathOf, mediaOf, pathOf } from '../../account/media.ts';
import { TMDB } from '../../lib/real-tmdb.ts';
import { addressesFromEnvironment } from '../../platforms/node/environment.ts';

const EPISODE = 'tv/1396/season/1/episode/2';

/** Reads `movie/550`, `tv/1396/season/1/episode/2` or the address of a page on TMDB. Throws a `TypeError`. */
export function mediaFrom(text: string): Rateable {
  // TMDB's pages append the title to the number: /movie/550-fight-club.
  const path = pathFrom(text)
    .replace(/^\/+|\/+$/g, '')
    .replace(/^((?:movie|tv)\/\d+)-[^/]*/, '$1');
  const media = mediaOf(path);
  if (media) return media;
  throw new TypeError(
    `'${text}' is not a film, series or episode. Write movie/550, tv/1396 or ${EPISODE}, or paste the address of its page on TMDB.`,
  );
}

/** The same for favourites and lists, which take no episodes. */
export function titleFrom(text: string): Media {
  const media = mediaFrom(text);
  if (media.episode === undefined) return media;
  throw new TypeError(`'${text}' is an episode, which can only be rated. Name its series.`);
}

/** Reads a list's number or the address of its page. Throws a `TypeError`. */
export function listFrom(text: string): number {
  const [, number] = /^(?:\/?list\/)?(\d{1,15})(?:-[^/]*)?\/?$/.exec(pathFrom(text)) ?? [];
  if (number && Number(number) > 0) return Number(number);
  throw new TypeError(`'${text}' is not a list. Write its number, as "tmdb-auth list ls" shows it.`);
}

/** The item as a command-line argument. */
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

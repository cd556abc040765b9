import type { TmdbAuth } from '../client/tmdb-auth.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Ask, Call } from './asking.ts';
import { unlessAborted } from './bounded.ts';
import { isRating } from './changes.ts';
import type { AskOptions } from './lists.types.ts';
import { listedPathOf, type Media, type Rateable, ratedPathOf } from './media.ts';
import type { Memory } from './memory.ts';
import { type Owner, stillThere } from './owner.ts';
import { createQueue } from './queue.ts';
import { onlyRates } from './shelves.ts';
import type { States } from './states.ts';

interface MarksDependencies {
  auth: TmdbAuth;
  ask: Ask;
  who(signal?: AbortSignal): Promise<Owner>;
  memory: Memory;
}

/** Methods that change the user's marks of one item. */
export interface Marks {
  /** Rates a film, a series or an episode: 0.5 to 10 in steps of 0.5. Guests may, too. */
  rate(media: Rateable, value: number, options?: AskOptions): Promise<void>;
  /** Takes a rating back; succeeds if there is none. */
  unrate(media: Rateable, options?: AskOptions): Promise<void>;
  /** Makes a film or a series a favourite; with `false` it no longer is one. Users only. */
  favorite(media: Media, isFavorite?: boolean, options?: AskOptions): Promise<void>;
  /** Puts a film or a series on the watchlist; with `false` takes it off. Users only. */
  watchlist(media: Media, isOn?: boolean, options?: AskOptions): Promise<void>;
}

type Request = Pick<Call, 'method' | 'path' | 'body'>;

export function createMarks({ auth, ask, who, memory }: MarksDependencies): Marks {
  const queue = createQueue();

  const change = async (
    media: Rateable,
    path: string,
    states: Partial<States>,
    { signal }: AskOptions,
    requestAs: (as: Owner) => Request,
  ) => {
    const as = await who(signal);
    const names = Object.keys(states);
    const done = queue(`${names} ${path}`, async () => {
      if (signal?.aborted) return;
      stillThere(auth, as);
      try {
        await ask({ ...requestAs(as), as, signal });
      } catch (error) {
        memory.drop(path, names);
        throw error;
      }
      memory.announce({ media, ...states }, as);
    });
    await unlessAborted(done, signal);
  };

  const rating = async (media: Rateable, value: number | null, options: AskOptions) => {
    const path = ratedPathOf(media);
    await change(media, path, { rating: value }, options, () => ({
      path: `/3/${path}/rating`,
      ...(value === null ? { method: 'DELETE' } : { method: 'POST', body: { value } }),
    }));
  };

  const mark =
    (name: 'favorite' | 'watchlist'): Marks['favorite'] =>
    async (media, isOn = true, options = {}) => {
      const path = listedPathOf(media);
      if (typeof isOn !== 'boolean')
        throw new TmdbAuthError('invalid_value', { message: `${name}() takes true or false.` });
      const [media_type, id] = path.split('/');
      const body = { media_type, media_id: Number(id), [name]: isOn };
      await change(media, path, { [name]: isOn }, options, (as) => {
        if (as.isGuest) throw onlyRates();
        return { method: 'POST', path: `/3/account/${as.account.id}/${name}`, body };
      });
    };

  return {
    async rate(media, value, options = {}) {
      if (!isRating(value))
        throw new TmdbAuthError('invalid_value', { message: 'A rating is 0.5 to 10 in steps of 0.5.' });
      await rating(media, value, options);
    },
    unrate: (media, options = {}) => rating(media, null, options),
    favorite: mark('favorite'),
    watchlist: mark('watchlist'),
  };
}

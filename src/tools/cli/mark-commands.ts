import { isRating } from '../../account/changes.ts';
import { accountOf, type MyAccount } from '../../account/index.ts';
import type { TmdbAuth } from '../../index.ts';
import { withRecord } from './client.ts';
import { EXIT } from './exit-codes.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Invocation } from './invocation.ts';
import { bold, done } from './line.ts';
import { mediaFrom, nameOfMedia, titleFrom } from './media-argument.ts';

type Work = (my: MyAccount, options: { signal: AbortSignal }, auth: TmdbAuth) => Promise<number>;

/** Runs `work` with the account of the signed-in user or guest. */
export const asPresent = (invocation: Invocation, work: Work) =>
  withRecord(invocation, (auth) => untilInterrupted((signal) => work(accountOf(auth), { signal }, auth)));

export async function rate(invocation: Invocation): Promise<number> {
  const { args, options, output } = invocation;
  const media = mediaFrom(args[0] ?? '');
  const value = valueFrom(args[1], options.remove === true);
  const name = nameOfMedia(media);
  return asPresent(invocation, async (my, how) => {
    if (value === null) await my.unrate(media, how);
    else await my.rate(media, value, how);
    output.say(
      value === null ? done('Deleted the rating of ', bold(name)) : done('Rated ', bold(name), `: ${value}`),
    );
    output.json({ media: name, rating: value });
    return EXIT.done;
  });
}

/** Throws a `TypeError` for an invalid rating, before TMDB is asked. */
function valueFrom(text: string | undefined, isRemoved: boolean): number | null {
  if (isRemoved) {
    if (text === undefined) return null;
    throw new TypeError('Give either a rating or --remove.');
  }
  if (text === undefined) throw new TypeError('Give a rating from 0.5 to 10 in steps of 0.5, or --remove.');
  const value = /^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
  if (isRating(value)) return value;
  throw new TypeError(`'${text}' is not a rating. Use 0.5 to 10 in steps of 0.5, e.g. 8.5.`);
}

const mark =
  (name: 'favorite' | 'watchlist', on: string, off: string) =>
  async (invocation: Invocation): Promise<number> => {
    const { args, options, output } = invocation;
    const media = titleFrom(args[0] ?? '');
    const isOn = options.remove !== true;
    const path = nameOfMedia(media);
    return asPresent(invocation, async (my, how) => {
      await my[name](media, isOn, how);
      output.say(done(bold(path), isOn ? on : off));
      output.json({ media: path, [name]: isOn });
      return EXIT.done;
    });
  };

export const favorite = mark('favorite', ' is a favourite', ' is no longer a favourite');
export const watchlist = mark('watchlist', ' is on the watchlist', ' is no longer on the watchlist');

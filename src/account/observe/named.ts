import type { Failure } from '../../../machines/index.ts';
import type { Rateable } from '../media.ts';
import { failureIn } from './observed.ts';

/** TMDB's name for an item or a list, or the reason why there is none. */
export type Named = { name: string; refusal: null } | { name: null; refusal: Failure };

/** A router's string, or an id that is not known yet, must not make a component throw. It becomes a failure instead. */
export function named(nameOf: () => string | number): Named {
  try {
    return { name: String(nameOf()), refusal: null };
  } catch (error) {
    return { name: null, refusal: failureIn(error) };
  }
}

/** The same text for the same item, even for an invalid one. */
export function textOf(media: Rateable): string {
  const { movie, tv, season, episode } = media ?? {};
  return [movie, tv, season, episode].map((part) => `${typeof part} ${String(part)}`).join(' ');
}

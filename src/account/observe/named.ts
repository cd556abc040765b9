import type { Failure } from '../../../machines/index.ts';
import type { Rateable } from '../media.ts';
import { failureIn } from './observed.ts';

/** What TMDB calls an item or a list, or why it has no such thing. */
export type Named = { name: string; refusal: null } | { name: null; refusal: Failure };

/** A router's string, or an id that is not known yet, must not make a component throw: it is told as a failure. */
export function named(nameOf: () => string | number): Named {
  try {
    return { name: String(nameOf()), refusal: null };
  } catch (error) {
    return { name: null, refusal: failureIn(error) };
  }
}

/** The same text for the same item, also for what is none. */
export function textOf(media: Rateable): string {
  const { movie, tv, season, episode } = media ?? {};
  return [movie, tv, season, episode].map((part) => `${typeof part} ${String(part)}`).join(' ');
}

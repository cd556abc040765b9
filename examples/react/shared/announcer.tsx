import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { sentenceOf } from '../texts/states.ts';

/** Announces every change of state to screen readers. */
export function Announcer() {
  const sentence = useTmdbAuthSelector(sentenceOf);
  return (
    <p role="status" className="visually-hidden">
      {sentence}
    </p>
  );
}

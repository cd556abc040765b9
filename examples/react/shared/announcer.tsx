import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { sentenceOf } from '../texts/states.ts';

/** Says every change of state to people who do not see it. */
export function Announcer() {
  const sentence = useTmdbAuthSelector(sentenceOf);
  return (
    <p role="status" className="visually-hidden">
      {sentence}
    </p>
  );
}

import { useEffect, useRef } from 'react';
import { chooseWay, chosenWay, type Way, wasJustChosen } from './way.ts';

const WAYS: readonly [Way, string][] = [
  ['redirect', 'in this page'],
  ['popup', 'in a window'],
];

/** Whether TMDB opens here or in a window of its own. */
export function WayChoice() {
  const current = chosenWay();
  const pressed = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (wasJustChosen()) pressed.current?.focus();
  }, []);
  return (
    <fieldset className="way">
      <legend>Open TMDB</legend>
      {WAYS.map(([way, name]) => (
        <button
          key={way}
          ref={way === current ? pressed : null}
          type="button"
          aria-pressed={way === current}
          onClick={() => way !== current && chooseWay(way)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

import { useEffect, useRef } from 'react';
import type { Choice } from './choice.ts';

interface Props {
  legend: string;
  choice: Choice;
}

/** Buttons, not radios: each choice reloads the page, and arrow keys would reload it at every step. */
export function ChoiceButtons({ legend, choice }: Props) {
  const current = choice.current();
  const pressed = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (choice.takeJustChosen()) pressed.current?.focus();
  }, [choice]);
  return (
    <fieldset className="choice">
      <legend>{legend}</legend>
      <div className="segments">
        {Object.entries(choice.names).map(([option, name]) => (
          <button
            key={option}
            ref={option === current ? pressed : null}
            type="button"
            aria-pressed={option === current}
            onClick={() => option !== current && choice.choose(option)}
          >
            {name}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

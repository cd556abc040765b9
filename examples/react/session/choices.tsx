import { ChoiceButtons } from './choice-buttons.tsx';
import { generation } from './generation.ts';
import { way } from './way.ts';

/** How the next sign-in goes. */
export function Choices() {
  return (
    <>
      <ChoiceButtons legend="Open TMDB" choice={way} />
      <ChoiceButtons legend="TMDB API" choice={generation} />
    </>
  );
}

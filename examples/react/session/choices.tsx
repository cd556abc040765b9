import { ChoiceButtons } from './choice-buttons.tsx';
import { generation } from './generation.ts';
import { way } from './way.ts';

/** How the next sign-in runs: at the bottom of the card in every state that has it. */
export function Choices() {
  return (
    <div className="choices">
      <ChoiceButtons legend="Approve on TMDB" choice={way} />
      <ChoiceButtons legend="API" choice={generation} />
    </div>
  );
}

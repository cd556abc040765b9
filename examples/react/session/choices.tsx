import { ChoiceButtons } from './choice-buttons.tsx';
import { generation } from './generation.ts';
import { way } from './way.ts';

/** Options of the next sign-in. */
export function Choices() {
  return (
    <div className="choices">
      <ChoiceButtons legend="Approve on TMDB" choice={way} />
      <ChoiceButtons legend="API" choice={generation} />
    </div>
  );
}

import { useLayoutEffect, useRef } from 'react';
import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { titleOf } from '../texts/states.ts';
import { AwaitingPanel } from './awaiting-panel.tsx';
import { DevicePanel } from './device-panel.tsx';
import { GuestPanel } from './guest-panel.tsx';
import { InProgressPanel } from './in-progress-panel.tsx';
import { panelOf } from './panel-of.ts';
import { SignedOutPanel } from './signed-out-panel.tsx';
import { UserPanel } from './user-panel.tsx';
import { way } from './way.ts';

const PANELS = {
  restoring: () => null,
  signedOut: SignedOutPanel,
  inProgress: InProgressPanel,
  awaiting: way.current() === 'device' ? DevicePanel : AwaitingPanel,
  guest: GuestPanel,
  user: UserPanel,
};

/** Shows the state of the sign-in and the actions that it allows. */
export function SessionCard() {
  const name = useTmdbAuthSelector(panelOf);
  const title = useTmdbAuthSelector((view) => titleOf(view.state));
  const heading = useRef<HTMLHeadingElement>(null);
  const hadFocus = useRef(false);

  // The pressed button disappears with its panel; the focus moves to the heading instead of being lost.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with every new panel, or part of one
  useLayoutEffect(() => {
    if (hadFocus.current && document.activeElement === document.body) heading.current?.focus();
  }, [name, title]);

  const Panel = PANELS[name];
  return (
    <section
      id="session"
      className={`session ${name}`}
      aria-labelledby="session-title"
      aria-busy={name === 'restoring' || name === 'inProgress'}
      onFocus={() => {
        hadFocus.current = true;
      }}
      onBlur={() => {
        hadFocus.current = false;
      }}
    >
      <h2 id="session-title" ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <Panel />
    </section>
  );
}

import type { TmdbAuth } from '../../src/index.ts';
import {
  connectClassicInspector,
  connectStatelyInspector,
  connectViewer,
} from '../../src/tools/inspect/index.ts';

/** Put here by `server.ts`. */
declare const VIEWER: { url: string; socketUrl: string };

const isHosted = new URLSearchParams(location.search).has('hosted');
const PAGES = isHosted
  ? { stately: 'https://stately.ai/inspect', classic: 'https://stately.ai/viz?inspect' }
  : { stately: `${location.origin}/stately.html`, classic: `${location.origin}/classic.html` };

/** Says below each title which pane is hosted. */
function sayWhereFrom(): void {
  const standIn = 'Local: this example’s page, which speaks the protocol of stately.ai';
  for (const [pane, text] of [
    ['stately', isHosted ? `Hosted: ${PAGES.stately}` : standIn],
    ['classic', isHosted ? `Hosted: ${PAGES.classic}` : standIn],
    ['viewer', 'Local: the page of tmdb-auth inspect'],
  ])
    document.querySelector(`#${pane} p`)?.replaceChildren(text ?? '');
}

const frameIn = (pane: string) => document.querySelector(`#${pane} iframe`) as HTMLIFrameElement;

/** Shows the client in all three, each in its frame. */
export async function showInspectors(auth: TmdbAuth): Promise<void> {
  const { createBrowserInspector } = await import('@statelyai/inspect');
  const { inspect } = await import('@xstate/inspect');
  sayWhereFrom();

  // First, and alone: its page says that it is connected as Stately's does, which would then be sent everything twice.
  connectViewer(auth, { url: VIEWER.socketUrl });
  await load(frameIn('viewer'), VIEWER.url);
  const stately = { url: PAGES.stately, iframe: frameIn('stately'), serializationDepthLimit: 20 };
  connectStatelyInspector(auth, createBrowserInspector(stately));
  connectClassicInspector(auth, inspect, { url: PAGES.classic, iframe: frameIn('classic') });
}

const load = (frame: HTMLIFrameElement, url: string) =>
  new Promise((resolve) => {
    frame.addEventListener('load', resolve, { once: true });
    frame.src = url;
  });

/** Lets the user choose which to see. */
export function offerPanes(): void {
  for (const choice of document.querySelectorAll<HTMLInputElement>('input[type=checkbox]')) {
    const pane = document.getElementById(choice.value) as HTMLElement;
    const follow = () => {
      pane.hidden = !choice.checked;
    };
    choice.addEventListener('change', follow);
    // A browser may have kept the choice over a reload.
    follow();
  }
}

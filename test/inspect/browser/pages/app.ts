import { createBrowserInspector } from '@statelyai/inspect';
import { inspect } from '../../../../examples/inspector/node_modules/@xstate/inspect/es/index.js';
import { createBrowserAuth } from '../../../../src/platforms/browser/index.ts';
import {
  connectClassicInspector,
  connectStatelyInspector,
  connectViewer,
} from '../../../../src/tools/inspect/index.ts';
import { note, onClick } from '../../../browser/pages/window.ts';
import type { Watch } from './window.ts';

/** An app with the published inspectors. Tests drive it through `window` and its buttons. */
const { watchAtOnce, ...options } = CONFIG as typeof CONFIG & { watchAtOnce?: Watch };
const auth = createBrowserAuth(options);
window.auth = auth;
window.ends = [];
window.sent = [];
window.warnings = [];
window.overs = 0;

window.addEventListener('message', ({ data }) => {
  if (data === 'over') window.overs += 1;
});
auth.actor.system.inspect((event) => {
  if (event.type === '@xstate.event' && event.actorRef === auth.actor)
    window.sent.push(JSON.stringify(event.event));
});

const newFrame = () => document.body.appendChild(document.createElement('iframe'));

function connect({ kind, url, shown = 'iframe' }: Watch) {
  if (kind === 'viewer')
    return connectViewer(auth, { url, onWarning: (message) => window.warnings.push(message) });
  if (kind === 'classic') {
    if (shown === 'nowhere') return connectClassicInspector(auth, inspect, { url });
    return connectClassicInspector(auth, inspect, { url, iframe: shown === 'iframe' && newFrame() });
  }
  const iframe = shown === 'iframe' ? newFrame() : null;
  return connectStatelyInspector(auth, createBrowserInspector({ url, iframe, serializationDepthLimit: 20 }));
}

window.watch = (watch) => {
  try {
    window.disconnect = connect(watch);
    return null;
  } catch (error) {
    return String(error);
  }
};

window.watchBroken = () => {
  const fail = () => {
    throw new Error('broken');
  };
  connectStatelyInspector(auth, { inspect: { next: fail } });
  connectClassicInspector(auth, () => ({ send: fail, disconnect: fail }));
};

if (watchAtOnce) window.watch(watchAtOnce);

onClick('#login', () => note('login', auth.login()));
onClick('#guest', () => note('guest', auth.loginAsGuest()));

/** Code that must compile, and code that must not. Checked by `tsc`, never run. */

import { createBrowserInspector } from '@statelyai/inspect';
import { type AuthView, createTmdbAuth, type Messages, TmdbAuthError } from 'tmdb-auth';
import { createBrowserAuth } from 'tmdb-auth/browser';
import { openDevtools } from 'tmdb-auth/devtools';
import { TmdbAuthDevtools } from 'tmdb-auth/devtools/react';
import { connectClassicInspector, connectStatelyInspector, connectViewer } from 'tmdb-auth/inspect';
import { authMachine } from 'tmdb-auth/machine';
import { createNodeAuth, fromUnstorage } from 'tmdb-auth/node';
import { createAuthHandler } from 'tmdb-auth/server';
import { withSession } from 'tmdb-auth/unsafe';
import { createStorage } from 'unstorage';
import { createActor } from 'xstate';

const auth = createTmdbAuth({ credentials: { apiKey: '' } });
createTmdbAuth({ credentials: { accessToken: '' }, apiVersion: 3, requestTimeout: 1_000 });
createNodeAuth({ storage: fromUnstorage(createStorage()), browser: async (url: string) => void url });

createBrowserAuth({ credentials: { apiKey: '' }, mode: 'popup' });
createBrowserAuth({ server: '/auth', mode: 'device' });
// @ts-expect-error a page needs the key, or a server that has it
createBrowserAuth({ mode: 'popup' });
// @ts-expect-error a page has a server or the key, not both
createBrowserAuth({ server: '/auth', credentials: { apiKey: '' } });
// @ts-expect-error a page with a server stores nothing
createBrowserAuth({ server: '/auth', storage: 'local' });

const messages: Messages = { network: 'Kein Netz', rate_limited: ({ retryAfter = 0 }) => `${retryAfter} ms` };
createTmdbAuth({ credentials: { apiKey: '' }, messages }).messages satisfies Messages;
createBrowserAuth({ server: '/auth', messages });
createNodeAuth({ messages });
// @ts-expect-error not a failure code
createNodeAuth({ messages: { netwrok: 'Kein Netz' } });
// @ts-expect-error a message is a string, or a function that returns one
createNodeAuth({ messages: { network: () => 7 } });

const handler = createAuthHandler({
  credentials: { accessToken: '' },
  origin: 'https://films.example',
  secrets: [''],
  store: createStorage(),
});
handler satisfies (request: Request) => Promise<Response>;
(await handler.view(new Request(''))).status satisfies string;
// @ts-expect-error the origin is required, because a request cannot prove it
createAuthHandler({ credentials: { apiKey: '' }, secrets: [''] });

// @ts-expect-error credentials are required
createTmdbAuth({});
createTmdbAuth({ credentials: { accessToken: '' }, apiVersion: 4 });
// @ts-expect-error there is no v5
createTmdbAuth({ credentials: { accessToken: '' }, apiVersion: 5 });
// @ts-expect-error a mistyped option
createTmdbAuth({ credentials: { apiKey: '' }, pollIntervall: 1 });
// @ts-expect-error a password needs a user name
auth.loginWithPassword({ password: '' });
auth.adoptSession({ sessionId: '', signal: new AbortController().signal });
auth.adoptSession({ accessToken: '' });
// @ts-expect-error one of the two is required
auth.adoptSession({});
// @ts-expect-error not both of them
auth.adoptSession({ sessionId: '', accessToken: '' });
(await withSession(auth, ({ sessionId }) => sessionId.length)) satisfies number;
// @ts-expect-error only a v4 session has an access token
withSession(auth, ({ accessToken }) => accessToken.length);

const view: AuthView = auth.getView();
view.status satisfies 'signedOut' | 'pending' | 'guest' | 'user';
view.account?.id satisfies number | undefined;
// @ts-expect-error the view contains no secret
view.sessionId;
// @ts-expect-error the facts contain no session id either
auth.actor.getSnapshot().context.facts.session?.id;

const film = await auth.api<{ title: string }>('/3/movie/550');
film.title satisfies string;

auth.actor.send({ type: 'login.cancel' });
// @ts-expect-error not an event of the machine
auth.actor.send({ type: 'login' });
// @ts-expect-error events contain no secret
auth.actor.send({ type: 'approval.granted', requestToken: '' });
// @ts-expect-error the event that adopts a session contains no secret either
auth.actor.send({ type: 'session.adopt', sessionId: '' });
// @ts-expect-error the machine needs the API version
createActor(authMachine);

const stop: () => void = connectStatelyInspector(auth, createBrowserInspector());
connectViewer(auth, { url: 'http://127.0.0.1:8790', name: 'app' });
connectClassicInspector(auth, () => undefined, { iframe: false });
openDevtools(auth, { open: true }) satisfies () => void;
TmdbAuthDevtools({ open: false }) satisfies null;
stop();

const error: unknown = new TmdbAuthError('network');
if (TmdbAuthError.is(error)) error.code satisfies string;
// @ts-expect-error not a failure code
new TmdbAuthError('nonsense');

/* An app on React Native's own globals. The host plays the phone, and calls the functions assigned here. */

import { accountOf } from 'tmdb-auth/account';
import { createNativeAuth } from 'tmdb-auth/native';
import { host } from './native-modules';

const links = new Set();
const states = new Set();
const listen = (listeners) => (_type, listener) => {
  listeners.add(listener);
  return { remove: () => void listeners.delete(listener) };
};
const tell = (listeners) => (event) => {
  for (const listener of [...listeners]) listener(event);
};
globalThis.openLink = (url) => tell(links)({ url });
globalThis.changeState = tell(states);

/** Makes the client, as an app does when it starts. */
globalThis.start = (settings, initialLink) => {
  globalThis.auth = createNativeAuth({
    ...settings,
    returnTo: 'myapp://signed-in',
    browser: { openAuthSessionAsync: (url) => host('browse', url) },
    storage: {
      getItemAsync: (key) => host('getItem', key),
      setItemAsync: (key, value) => host('setItem', key, value),
      deleteItemAsync: (key) => host('deleteItem', key),
    },
    linking: { getInitialURL: async () => initialLink, addEventListener: listen(links) },
    appState: { addEventListener: listen(states) },
    onWarning: ({ code, message }) => void host('warn', `${code}: ${message}`),
  });
  globalThis.my = accountOf(globalThis.auth);
};

/** The titles of a list, read in both ways: by iterating and by `toArray()`. */
globalThis.titlesIn = async (listing) => {
  const titles = [];
  for await (const { title, name } of listing) titles.push(title ?? name);
  const again = (await listing.toArray()).map(({ title, name }) => title ?? name);
  return [titles, again];
};

/** Runs code for the host, and reports how it ended. */
globalThis.run = (id, work) => {
  new Promise((resolve) => resolve(work())).then(
    (value) => host('ended', id, null, value === undefined ? null : value),
    (error) => host('ended', id, String(error?.code ?? error?.message ?? error), null),
  );
};

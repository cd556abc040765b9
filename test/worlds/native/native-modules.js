/*
 * React Native's native modules, by the names it asks for: network, blobs, file reader, timers. They call the host
 * over lines of text: `host` prints a call, and the host writes `__reply(…)`.
 */
const waiting = new Map();
const timers = new Map();
const blobs = new Map();
let last = 0;

globalThis.window = globalThis.self = globalThis.global = globalThis;

/** Calls the host, which plays the phone. */
export function host(name, ...args) {
  last += 1;
  const id = last;
  print(`@@${JSON.stringify({ id, name, args })}`);
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

globalThis.__reply = (id, error, value) => {
  const call = waiting.get(id);
  waiting.delete(id);
  if (error === null) call?.resolve(value);
  else call?.reject(new Error(error));
};

globalThis.setTimeout = (run, ms = 0) => {
  last += 1;
  const id = last;
  timers.set(id, run);
  host('timer', id, ms).then(() => {
    const due = timers.get(id);
    timers.delete(id);
    due?.();
  });
  return id;
};
globalThis.clearTimeout = (id) => void timers.delete(id);
globalThis.performance = { now: () => Date.now() };

/** `atob` is native since React Native 0.74. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
globalThis.atob ??= (text) => {
  let bits = 0;
  let value = 0;
  let bytes = '';
  for (const letter of text.replace(/=+$/, '')) {
    value = (value << 6) | LETTERS.indexOf(letter);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += String.fromCharCode((value >> bits) & 255);
    }
  }
  return bytes;
};

let requests = 0;
const emit = (...event) =>
  require('react-native/Libraries/EventEmitter/RCTDeviceEventEmitter').default.emit(...event);

const modules = {
  Networking: {
    sendRequest({ method, url, data, headers, responseType }, callback) {
      requests += 1;
      const id = requests;
      callback(id);
      host('request', { method, url, headers, body: data?.string ?? null }).then(
        ({ status, headers: answered, text }) => {
          emit('didReceiveNetworkResponse', [id, status, answered, url]);
          if (responseType === 'blob') {
            blobs.set(`blob-${id}`, text);
            emit('didReceiveNetworkData', [id, { blobId: `blob-${id}`, offset: 0, size: text.length }]);
          } else emit('didReceiveNetworkData', [id, text]);
          emit('didCompleteNetworkResponse', [id, null, false]);
        },
        (error) => emit('didCompleteNetworkResponse', [id, error.message, false]),
      );
    },
    abortRequest() {},
    addListener() {},
    removeListeners() {},
  },
  BlobModule: {
    getConstants: () => ({ BLOB_URI_SCHEME: 'blob', BLOB_URI_HOST: null }),
    addNetworkingHandler() {},
    createFromParts: (parts, id) => void blobs.set(id, parts.map(({ data }) => data).join('')),
    release: (id) => void blobs.delete(id),
  },
  FileReaderModule: {
    readAsText: async ({ blobId }) => blobs.get(blobId),
    readAsDataURL: async () => Promise.reject(new Error('not here')),
  },
  PlatformConstants: { getConstants: () => ({}) },
};
globalThis.nativeModuleProxy = modules;

import { onTestFinished, vi } from 'vitest';

/* What React Native's engine has in place of a browser's, as far as its own sources differ from the standard's. */

/** Its `URL` has getters only, and refuses nothing (react/react-native#38656, #24428). */
class NativeURL {
  readonly #text: string;
  constructor(text: string) {
    this.#text = /^\w+:\/\/[^/?#]+$/.test(text) ? `${text}/` : text;
  }
  get href() {
    return this.#text;
  }
  get searchParams() {
    // Throws a `URIError` for a stray `%`, as React Native's does.
    for (const pair of this.#text.split('?')[1]?.split('&') ?? []) decodeURIComponent(pair);
    return new URLSearchParams(this.#text.split('?')[1]);
  }
  get pathname() {
    return /^https?:\/\/[^/]+(\/[^?#]*)/.exec(this.#text)?.[1] ?? '/';
  }
  get search() {
    return /\?[^#]*/.exec(this.#text)?.[0] ?? '';
  }
  get origin() {
    return /^https?:\/\/[^/]+/.exec(this.#text)?.[0] ?? '';
  }
  toString() {
    return this.#text;
  }
}

/** Its `Response` has no stream: made of one, it reads as `[object ReadableStream]` (unjs/ofetch#324). */
class NativeResponse {
  readonly headers: Headers;
  readonly status: number;
  readonly statusText: string;
  readonly url: string = '';
  readonly _bodyInit: unknown;
  constructor(body?: unknown, init: ResponseInit = {}) {
    this._bodyInit = body;
    this.status = init.status ?? 200;
    this.statusText = init.statusText ?? '';
    this.headers = new Headers(init.headers);
  }
  get ok() {
    return this.status >= 200 && this.status < 300;
  }
  text = async () => String(this._bodyInit ?? '');
  json = async () => JSON.parse(await this.text());
  clone = () => new NativeResponse(this._bodyInit, this);
}

/** Its `Request` takes any text for an address, and of a body only text is safe to read. */
class NativeRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
  readonly #body: unknown;
  constructor(input: string | NativeURL, init: RequestInit = {}) {
    this.url = String(input);
    this.method = init.method ?? 'GET';
    this.headers = new Headers(init.headers);
    this.signal = init.signal ?? new AbortController().signal;
    this.#body = init.body;
  }
  text = async () => String(this.#body ?? '');
}

/** Of all that Node and browsers share, what it does not have. */
const MISSING = ['crypto', 'BroadcastChannel', 'window', 'document', 'localStorage', 'location', 'navigator'];

/**
 * Until the test's end this process has React Native's globals. `expo`: its `fetch` brings streams, which its own
 * `Response` cannot be made of. Requests are real.
 */
export function asReactNative({ expo = false } = {}) {
  const { fetch: send } = globalThis;
  const { any, timeout } = AbortSignal;
  const { throwIfAborted } = AbortSignal.prototype;
  const streamed = (input: unknown, init?: RequestInit) => send(String(input), init);
  const plain = async (input: unknown, init?: RequestInit) => {
    const response = await streamed(input, init);
    return new NativeResponse(await response.text(), response);
  };
  for (const name of MISSING) vi.stubGlobal(name, undefined);
  vi.stubGlobal('URL', NativeURL);
  vi.stubGlobal('Request', NativeRequest);
  vi.stubGlobal('Response', NativeResponse);
  vi.stubGlobal('fetch', expo ? streamed : plain);
  Object.assign(AbortSignal.prototype, { throwIfAborted: undefined });
  Object.assign(AbortSignal, { any: undefined, timeout: undefined });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    Object.assign(AbortSignal.prototype, { throwIfAborted });
    Object.assign(AbortSignal, { any, timeout });
  });
}

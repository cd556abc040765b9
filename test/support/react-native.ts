import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import type { createNativeAuth } from '../../src/platforms/native/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/* The globals of React Native’s engine, where its own sources differ from the standard. */

/** Its `URL` has getters only, and rejects nothing (react/react-native#38656, #24428). */
class NativeURL {
  readonly #text: string;
  constructor(text: string) {
    this.#text = /^\w+:\/\/[^/?#]+$/.test(text) ? `${text}/` : text;
  }
  get href() {
    return this.#text;
  }
  get searchParams() {
    // Throws a `URIError` for a stray `%`, as React Native’s does.
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

/** Its `Response` has no streams: made from one, it reads as `[object ReadableStream]` (unjs/ofetch#324). */
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

/** Its `Request` takes any text for an address, and only a text body can be read safely. */
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

/** The client’s code as an app bundles it, once for all tests. */
let bundle: Promise<string> | undefined;
const bundled = async (): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: `export * from './src/platforms/native/index.ts'`, resolveDir: ROOT },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'native',
    platform: 'neutral',
    conditions: ['react-native', 'import', 'default'],
    mainFields: ['react-native', 'module', 'main'],
    target: 'es2020',
  });
  return outputFiles[0]?.text ?? '';
};

/**
 * `createNativeAuth` in an engine of its own, with the given globals and none of Node’s or a browser’s. `expo`: its
 * `fetch` brings streams, from which its `Response` cannot be made. Requests are real.
 */
export async function inReactNative({ expo = false } = {}): Promise<typeof createNativeAuth> {
  bundle ??= bundled();
  const streamed = (input: unknown, init?: RequestInit) => fetch(String(input), init);
  const plain = async (input: unknown, init?: RequestInit) => {
    const response = await streamed(input, init);
    return new NativeResponse(await response.text(), response);
  };
  const engine = createContext({
    URL: NativeURL,
    Request: NativeRequest,
    Response: NativeResponse,
    Headers,
    FormData,
    URLSearchParams,
    AbortController,
    fetch: expo ? streamed : plain,
    atob,
    setTimeout,
    clearTimeout,
    console,
  });
  return runInContext(`${await bundle}; native.createNativeAuth`, engine);
}

import { TMDB } from '../../lib/real-tmdb.ts';
import { addressesFromEnvironment } from '../../platforms/node/environment.ts';
import { type Fields, fieldsFrom, inputFrom } from './api-fields.ts';
import type { Invocation } from './invocation.ts';

export interface ApiRequest {
  method: string;
  path: string;
  headers: Headers;
  body?: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

/** Builds the request from the arguments and options. Throws a `TypeError` for an invalid one. */
export async function requestFrom({
  args,
  options,
}: Pick<Invocation, 'args' | 'options'>): Promise<ApiRequest> {
  const [path = '', ...methods] = [...args].reverse();
  if (options.method !== undefined) methods.push(options.method);
  const [given] = methods;
  if (methods.length > 1) throw new TypeError('Give a method and a path, or a path alone.');
  const headers = headersFrom(options.header ?? []);
  const { field, input: file, paginate } = options;
  const hasFields = field !== undefined;
  const method = given?.toUpperCase() ?? (hasFields || file !== undefined ? 'POST' : 'GET');
  if (!METHODS.includes(method))
    throw new TypeError(`'${given}' is not a method. Use ${METHODS.join(', ')}.`);
  if (paginate && method !== 'GET') throw new TypeError('--paginate works with GET only.');
  // Before the input is read, which may never end.
  if (method === 'GET' && file !== undefined) throw new TypeError('A GET has no body. Leave out --input.');
  const fields = await fieldsFrom(options);
  const input = file === undefined ? undefined : await inputFrom(file);
  // Like gh: next to `--input`, fields are query parameters.
  const isQuery = method === 'GET' || input !== undefined;
  const body = input ?? (hasFields && !isQuery ? JSON.stringify(fields) : undefined);
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
  if (!headers.has('accept')) headers.set('accept', 'application/json');
  return {
    method,
    path: withQuery(pathFrom(path), isQuery ? fields : {}),
    headers,
    ...(body !== undefined && { body }),
  };
}

/** Turns `movie/550` into a v3 path. Other hosts are refused: `fetch` would send no credentials there. */
function pathFrom(text: string): string {
  let path = text;
  if (/^https?:/i.test(text)) {
    const site = [TMDB.baseURL, addressesFromEnvironment().baseURL]
      .map((base) => base?.replace(/\/+$/, ''))
      .find((base) => base && text.startsWith(`${base}/`));
    if (!site)
      throw new TypeError(`'${text}' is not an address of TMDB's API. Write a path, e.g. /3/movie/550.`);
    path = text.slice(site.length);
  }
  path = path.replace(/^\/+/, '');
  if (path === '') throw new TypeError('Give a path, e.g. /3/movie/550.');
  return /^[34]\//.test(path) ? `/${path}` : `/3/${path}`;
}

function withQuery(path: string, fields: Fields): string {
  const entries = Object.entries(fields).map(([name, value]) => {
    if (typeof value === 'object' && value !== null)
      throw new TypeError(`'${name}' is a list or an object, which cannot be a query parameter.`);
    return [name, String(value)];
  });
  if (entries.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(entries)}`;
}

/** The same address with another page. */
export function pageOf(path: string, page: number): string {
  const [before = '', query = ''] = path.split('?');
  const search = new URLSearchParams(query);
  search.set('page', `${page}`);
  return `${before}?${search}`;
}

function headersFrom(given: string[]): Headers {
  const headers = new Headers();
  for (const text of given) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/s.exec(text) ?? [];
    if (name === undefined)
      throw new TypeError(`'${text}' is not a header. Write it as 'Accept-Language: de'.`);
    headers.append(name, value ?? '');
  }
  return headers;
}

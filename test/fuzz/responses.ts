import fc from 'fast-check';
import { bytes, junk, texts } from './garbage.ts';
import { SENTINEL } from './parser.ts';
import {
  accessToken,
  account,
  dates,
  failures,
  guestSession,
  ratedPage,
  requestToken,
  session,
  v4RequestToken,
} from './valid.ts';

/** A reply to a request: an answer, or an error of the host that contains the address. */
export type Reply = Answered | { thrown: unknown };
interface Answered {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const bodies = fc.oneof(
  requestToken,
  v4RequestToken,
  session,
  guestSession,
  accessToken,
  account,
  ratedPage,
  failures,
);

const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
});
const headers = fc.record(
  {
    date: fc.oneof(dates, headerText),
    'retry-after': fc.oneof(fc.nat(100).map(String), dates, headerText),
    'content-type': fc.constantFrom('application/json', 'text/html', 'text/html; charset=utf-16', 'a'),
    'content-encoding': fc.constantFrom('gzip', 'br', 'identity'),
    'set-cookie': fc.constant(`session=${SENTINEL}`),
    location: fc.constant('https://evil.example/'),
  },
  { requiredKeys: [] },
);

const thrown = fc.constantFrom<unknown[]>(
  new TypeError(`fetch failed: https://api.themoviedb.org/3/account?session_id=${SENTINEL}`),
  Object.assign(new Error(SENTINEL), { cause: new Error(SENTINEL), code: 'ECONNRESET' }),
  new DOMException(SENTINEL, 'AbortError'),
  SENTINEL,
  null,
  undefined,
  { failure: { code: 'network', message: SENTINEL } },
);

const statuses = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(200, 201) },
  { weight: 2, arbitrary: fc.constantFrom(204, 205, 302, 304, 401, 404, 422, 429, 500, 503) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 100, 199, 600, 700, 999) },
);

export const repliesWith = <T>(body: fc.Arbitrary<T>): fc.Arbitrary<Reply> =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({
        status: statuses,
        headers,
        body: fc.oneof({ weight: 6, arbitrary: texts(body) }, bytes),
      }),
    },
    { weight: 1, arbitrary: fc.record({ thrown: fc.oneof(thrown, junk) }) },
  );

export const replies = repliesWith(bodies);

const HAS_NO_BODY = [204, 205, 304];

/** Builds a response as a host does, with any status: the constructor refuses some. */
function responseOf({ status, headers, body }: Answered): Response {
  const isOrdinary = status >= 200 && status <= 599;
  const response = new Response(HAS_NO_BODY.includes(status) ? null : body, {
    status: isOrdinary ? status : 200,
    headers,
  });
  return isOrdinary
    ? response
    : Object.defineProperties(response, { status: { value: status }, ok: { value: false } });
}

/** A `fetch` that gives these replies in order, and the requests that it got. */
export function fetchOf(list: readonly Reply[]) {
  const asked: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push(new Request(input, init));
    const reply = list[(asked.length - 1) % list.length] ?? { thrown: null };
    if ('thrown' in reply) throw reply.thrown;
    return responseOf(reply);
  };
  return { asked, fetch };
}

import type { Edit } from '../../support/weaken.ts';

export interface Weakening {
  name: string;
  edits: readonly Edit[];
  /** The file of attacks that has to notice. */
  noticedBy: string;
}

const one = (noticedBy: string, name: string, file: string, from: string, to: string): Weakening => ({
  name,
  noticedBy,
  edits: [[file, from, to]],
});

const ANSWER = 'src/server/answer.ts';
const HANDLER = 'src/server/create-auth-handler.ts';
const ANSWERING = 'src/server/answering.ts';
const JAR = 'src/server/jar.ts';
const OPTIONS = 'src/server/options.ts';
const PROXY = 'src/server/proxy.ts';
const REQUESTS = 'src/server/requests.ts';
const ROUTES = 'src/server/routes.ts';
const SEAL = 'src/server/seal.ts';
const STORE = 'src/server/store-jar.ts';
const FETCH = 'src/auth-fetch.ts';
const CLIENT = 'src/tmdb/client.ts';

/** `{ POST: { isAllowed: … } }` of a route, written over several lines. */
const checkOf = (route: string) => `${route}: {\n    POST: {\n      isAllowed: isSameSite`;

/** Each takes one defence away. */
export const WEAKENINGS: readonly Weakening[] = [
  one(
    'login-csrf',
    'the token that comes back is not compared',
    'src/facade.ts',
    'if (!sameSecret(requestToken, pending))',
    'if (!sameSecret(requestToken, pending) && pending === null)',
  ),
  one(
    'login-csrf',
    'the comparison ends at the first difference',
    'src/callback.ts',
    'at < one.length; at++)',
    'at < one.length && difference === 0; at++)',
  ),
  one(
    'login-csrf',
    'a link anywhere begins a sign-in',
    ROUTES,
    'GET: { isAllowed: isLinkFromHere, run: login }',
    'GET: { isAllowed: anybody, run: login }',
  ),

  one(
    'csrf',
    'login by anybody’s form',
    ROUTES,
    'POST: { isAllowed: isSameSite, run: login }',
    'POST: { isAllowed: anybody, run: login }',
  ),
  one(
    'csrf',
    'callback by anybody’s form',
    ROUTES,
    'POST: { isAllowed: isSameSite, run: takeReturn',
    'POST: { isAllowed: anybody, run: takeReturn',
  ),
  ...['check', 'guest', 'verify'].map((route) =>
    one(
      'csrf',
      `${route} by anybody’s form`,
      ROUTES,
      checkOf(route),
      checkOf(route).replace('isSameSite', 'anybody'),
    ),
  ),
  one(
    'csrf',
    'carry-over by anybody’s form',
    ROUTES,
    'isAllowed: isSameSite, run: carryOver',
    'isAllowed: anybody, run: carryOver',
  ),
  one(
    'csrf',
    'cancel by anybody’s form',
    ROUTES,
    'isAllowed: isSameSite, run: cancel',
    'isAllowed: anybody, run: cancel',
  ),
  one(
    'csrf',
    'logout by anybody’s form',
    ROUTES,
    'isAllowed: isSameSite, run: logout',
    'isAllowed: anybody, run: logout',
  ),
  one(
    'csrf',
    'changes at TMDB by anybody’s form',
    ANSWERING,
    "request.method === 'GET' || isSameSite(request, settings)",
    'true',
  ),
  one(
    'csrf',
    'an Origin that begins like ours is ours',
    REQUESTS,
    'from === origin',
    'from.startsWith(origin)',
  ),
  one(
    'csrf',
    'Origin: null is ours',
    REQUESTS,
    "if (from !== null && from !== 'null') return from === origin;",
    "if (from !== null) return from === origin || from === 'null';",
  ),
  one(
    'csrf',
    'a sister site is the site',
    REQUESTS,
    "return headers.get('sec-fetch-site') === 'same-origin'",
    "return ['same-origin', 'same-site'].includes(headers.get('sec-fetch-site') ?? '')",
  ),
  one(
    'csrf',
    'who says nothing is let in',
    REQUESTS,
    "return headers.get('sec-fetch-site') === 'same-origin'",
    "return (headers.get('sec-fetch-site') ?? 'same-origin') === 'same-origin'",
  ),
  one(
    'csrf',
    'a method may be the name of anything',
    ANSWERING,
    'methods && Object.hasOwn(methods, request.method) ? methods[request.method] : undefined',
    'methods?.[request.method]',
  ),
  one(
    'csrf',
    'every origin may read',
    ANSWER,
    "'cache-control': 'no-store',",
    "'cache-control': 'no-store', 'access-control-allow-origin': '*',",
  ),

  one(
    'open-redirect',
    'an address is judged by how it begins',
    OPTIONS,
    'url.origin === origin ||',
    'url.href.startsWith(origin) ||',
  ),
  one(
    'open-redirect',
    'an address is judged by its host',
    OPTIONS,
    'url.origin === origin ||',
    'url.host === new URL(origin).host ||',
  ),
  one(
    'open-redirect',
    'what begins with a slash is ours',
    OPTIONS,
    'if (to.length >',
    "if (to.startsWith('/')) return to;\n  if (to.length >",
  ),
  one('open-redirect', 'an address may name a user', OPTIONS, 'url.username || url.password || ', ''),
  one('open-redirect', 'blob: is a web address', OPTIONS, ' || !/^https?:$/.test(url.protocol)', ''),
  one(
    'open-redirect',
    'it is sent as it came, not as it was judged',
    OPTIONS,
    '? url.href : null',
    '? to : null',
  ),
  one(
    'open-redirect',
    'a script’s redirectTo is not judged',
    ROUTES,
    'landing(settings, fields.redirectTo)',
    '(fields.redirectTo as string)',
  ),

  one(
    'injection',
    'what a form elsewhere may send is JSON',
    REQUESTS,
    "if (type !== 'application/json') return null;",
    '',
  ),
  one('injection', 'TMDB’s tokens may be anything', 'src/tmdb/parse.ts', '/^[\\w.~-]{8,4096}$/', '/^/'),
  one(
    'injection',
    'what was asked for is said again',
    ANSWERING,
    "if (!methods && !isProxy) return refuse('not_found');",
    "if (!methods && !isProxy) return refuse('not_found', [], decodeURIComponent(path));",
  ),

  one('cookies', 'scripts can read the cookies', JAR, '; HttpOnly', ''),
  one('cookies', 'other sites’ requests bring the cookies', JAR, 'SameSite=Lax', 'SameSite=None'),
  one('cookies', 'plain http brings the cookies', JAR, "'; Secure' : ''", "'' : ''"),
  one('cookies', 'another host can set the cookies', JAR, "isSecure ? '__Host-' : ''", "isSecure ? '' : ''"),
  one(
    'cookies',
    'a cookie is good for every purpose',
    SEAL,
    '...ALGORITHMS, typ: purpose,',
    '...ALGORITHMS,',
  ),
  one('cookies', 'a cookie has no end', SEAL, 'currentDate: new Date(now())', 'currentDate: new Date(0)'),
  one(
    'cookies',
    'an unreadable cookie stays',
    JAR,
    'if (value === before[part] && !isUnreadable.has(part)) continue;',
    'if (value === before[part]) continue;',
  ),
  one(
    'cookies',
    'an answer is shared by what waits alone',
    ANSWERING,
    "(settings.store ? ['id'] : PARTS)",
    "(settings.store ? ['id'] : ['pending'])",
  ),

  one(
    'replay',
    'a way back that comes many times is taken many times',
    ROUTES,
    'GET: { isAllowed: anybody, run: takeReturn, isShared: true }',
    'GET: { isAllowed: anybody, run: takeReturn }',
  ),
  one(
    'replay',
    'a sign-out leaves the session at TMDB',
    'src/tmdb/endpoints.ts',
    "path: '/3/authentication/session',\n      body",
    "path: '/3/authentication',\n      body",
  ),

  one('proxy', 'any path is plain', PROXY, '/^\\/[34](\\/[\\w-]+)+$/;', '/^\\/[34]\\/.+$/;'),
  one('proxy', 'pages may sign in and out at TMDB', PROXY, ' && !OWN.test(path)', ''),
  one('proxy', 'so they may in capitals', PROXY, '4\\/auth)(\\/|$)/i;', '4\\/auth)(\\/|$)/;'),
  one(
    'proxy-credentials',
    'pages may say who they are',
    PROXY,
    "if (!NOT_SENT_ON.test(name.replace(/[\\W_]/g, '')))",
    'if (name)',
  ),
  one('proxy-credentials', 'so they may in another spelling', PROXY, '/[\\W_]/g', '/_/g'),
  one('proxy-credentials', 'JSONP', PROXY, '|callback|jsonp', ''),
  one(
    'proxy-credentials',
    'who is nobody is the owner of the key',
    PROXY,
    ' && !isSomebody(facts, request.path)',
    ' && false',
  ),
  one(
    'proxy-credentials',
    'a user of v3 is the owner of the key in v4',
    PROXY,
    "(session && (access || path.startsWith('/3/')))",
    'session',
  ),
  one(
    'proxy-credentials',
    'a page’s headers go out',
    PROXY,
    "const SENT_ON = ['accept',",
    "const SENT_ON = ['x-forwarded-for', 'authorization', 'accept',",
  ),
  one(
    'proxy-credentials',
    'TMDB’s headers come back',
    PROXY,
    "'retry-after'];",
    "'retry-after', 'location', 'access-control-allow-origin'];",
  ),
  one(
    'proxy-credentials',
    'the session goes everywhere',
    FETCH,
    "NEEDS_SESSION.test(path) && secretOf('user')",
    "secretOf('user')",
  ),

  one(
    'ssrf-and-host',
    'the host is what the request says',
    ROUTES,
    '/callback`, settings.origin)',
    '/callback`, visit.url.origin)',
  ),
  one(
    'ssrf-and-host',
    'a redirect is followed with the session',
    FETCH,
    "redirect: 'manual',",
    "redirect: 'follow',",
  ),
  one(
    'ssrf-and-host',
    'a redirect is followed with the key',
    CLIENT,
    "redirect: 'manual',",
    "redirect: 'follow',",
  ),
  one(
    'ssrf-and-host',
    'every origin gets the credentials',
    FETCH,
    'if (url.origin !== baseURL) return fetch(input, init);',
    '',
  ),
  one(
    'ssrf-and-host',
    'a site without https',
    OPTIONS,
    'if (!isSecure && !LOOPBACK',
    'if (!isSecure && LOOPBACK',
  ),

  one('caching', 'answers may be kept', ANSWER, "  'cache-control': 'no-store',\n", ''),
  one(
    'caching',
    'browsers may guess what an answer is',
    ANSWER,
    "  'x-content-type-options': 'nosniff',\n",
    '',
  ),
  one('caching', 'addresses travel on', ANSWER, "  'referrer-policy': 'no-referrer',\n", ''),
  one(
    'caching',
    'other origins may embed answers',
    ANSWER,
    "  'cross-origin-resource-policy': 'same-origin',\n",
    '',
  ),
  one(
    'caching',
    'answers may run and be framed',
    ANSWER,
    "  'content-security-policy': \"default-src 'none'; frame-ancestors 'none'; sandbox\",\n",
    '',
  ),
  one('caching', 'tokens may be kept on the way', CLIENT, "      cache: 'no-store',\n", ''),

  {
    name: 'a network error names the address',
    noticedBy: 'secrets',
    edits: [
      [CLIENT, '} catch {\n      // What', '} catch (error) {\n      // What'],
      [CLIENT, "new TmdbAuthError('network')", "new TmdbAuthError('network', { message: String(error) })"],
    ],
  },
  one(
    'secrets',
    'an event names the address',
    HANDLER,
    '...event,\n      method',
    '...event, ...{ url: request.url },\n      method',
  ),
  one(
    'secrets',
    'a wrong secret is named',
    SEAL,
    'throw new TypeError(\n',
    'throw new TypeError(secrets.join() +\n',
  ),
  one(
    'secrets',
    'what TMDB says is said on',
    'src/tmdb/parse.ts',
    'httpStatus: answer.status,\n    ...(tmdbCode',
    'httpStatus: answer.status,\n    message: answer.text,\n    ...(tmdbCode',
  ),
  {
    name: 'pages see the whole record',
    noticedBy: 'secrets',
    edits: [
      [
        'src/server/turn.ts',
        'approvalUrl: backend.approvalUrl(),',
        "approvalUrl: backend.approvalUrl(),\n      ...{ session: vault.read('sessionId') },",
      ],
    ],
  },
  one(
    'secrets',
    'cookies are not sealed',
    JAR,
    'await seal.close(part, value, endsAt)',
    'encodeURIComponent(value)',
  ),

  one('limits', 'a body may be longer', REQUESTS, 'if (length > maxBody)', 'if (length > maxBody * 4)'),
  one(
    'limits',
    'a body may take for ever',
    REQUESTS,
    '      isLate = true;\n      reader.cancel().catch(() => {});\n',
    '',
  ),
  one('limits', 'TMDB may take for ever', PROXY, '    signal,\n    ...(request.body', '    ...(request.body'),
  one(
    'limits',
    'there is always room for one more',
    'src/server/gate.ts',
    'if (inside >= most) return null;',
    '',
  ),
  one(
    'limits',
    'a listener that fails makes the request fail',
    HANDLER,
    'Promise.resolve(seen)\n      .then(settings.onEvent)\n      .catch(() => {});',
    'settings.onEvent?.(seen);',
  ),

  one('limits', 'an answer without a body is given one', PROXY, 'status === 205 || ', ''),
  one(
    'limits',
    'a store may take for ever',
    ANSWERING,
    'within(client.clock, deadline, () => jar.recordsOf(account.id))',
    'jar.recordsOf(account.id)',
  ),

  {
    name: 'records are not sealed',
    noticedBy: 'store',
    edits: [
      [STORE, 'await seal.close(purposeOf(name), text, endsAt)', 'text'],
      [STORE, 'await seal.open(purposeOf(name), found)', 'found'],
    ],
  },
  one('store', 'a record is good under any name', STORE, '(name: string) => ', "(_: string, name = '') => "),
  one(
    'store',
    'the name of a record is not sealed',
    STORE,
    "sealed ? openCookie(settings, 'id', sealed)",
    'sealed ? Promise.resolve(sealed)',
  ),
  one(
    'store',
    'a sign-in keeps the name it found',
    STORE,
    'if (old === null || (record.facts.token && isNewSignIn))',
    'if (old === null || (isNewSignIn && false))',
  ),
  one(
    'store',
    'signing out everywhere ends whoever is there',
    ANSWERING,
    'account?.id === account.id)',
    'account)',
  ),

  one('store-away', 'while the store is away a visitor is nobody', STORE, 'throw away();', 'return null;'),
  one(
    'store-away',
    'then a page of the site is told that nobody is signed in',
    HANDLER,
    'peek(settings, await jar.open());\n      if',
    'peek(settings, await jar.open().catch(() => null));\n      if',
  ),
  one(
    'store-away',
    'what could not be kept is left at TMDB',
    ANSWERING,
    'await turn.endNew(before.facts);',
    '',
  ),
  one(
    'store-away',
    'and told as if it were kept',
    ANSWERING,
    'if (!jar.isLost()) return answer;',
    'return answer;',
  ),
  one(
    'cookies',
    'names of users are as long as they like',
    'src/server/parts.ts',
    'account: account && fitting(account)',
    'account',
  ),
];

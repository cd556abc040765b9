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

const ANSWER = 'src/platforms/server/answer.ts';
const HANDLER = 'src/platforms/server/create-auth-handler.ts';
const ANSWERING = 'src/platforms/server/answering.ts';
const ARRIVAL = 'src/platforms/server/arrival.ts';
const BUDGET = 'src/platforms/server/budget.ts';
const AGAIN = 'src/tmdb/again.ts';
const DELIVERIES = 'src/platforms/server/deliveries.ts';
const DEVICES = 'src/platforms/server/devices.ts';
const DEVICE_ROUTES = 'src/platforms/server/device-routes.ts';
const ENDING = 'src/platforms/server/ending.ts';
const GATE = 'src/platforms/server/gate.ts';
const JAR = 'src/platforms/server/jar.ts';
const LIMIT = 'src/platforms/server/limit.ts';
const NOTES = 'src/platforms/server/notes.ts';
const OPTIONS = 'src/platforms/server/options.ts';
const PROXY = 'src/platforms/server/proxy.ts';
const REQUESTS = 'src/platforms/server/requests.ts';
const RETURNS = 'src/platforms/server/returns.ts';
const ROUTES = 'src/platforms/server/routes.ts';
const SEAL = 'src/platforms/seal.ts';
const STORE = 'src/platforms/server/store-jar.ts';
const FETCH = 'src/tmdb/auth-fetch.ts';
const PUBLIC_FETCH = 'src/client/public-fetch.ts';
const CLIENT = 'src/tmdb/client.ts';
const PATHS = 'src/tmdb/paths.ts';

/** `{ POST: { isAllowed: … } }` of a route, formatted over several lines. */
const checkOf = (route: string) => `${route}: {\n    POST: {\n      isAllowed: isSameSite`;

/** Each removes one defence. */
export const WEAKENINGS: readonly Weakening[] = [
  one(
    'login-csrf',
    'the returned token is not compared',
    'src/client/create-client.ts',
    'if (!sameSecret(requestToken, pending))',
    'if (!sameSecret(requestToken, pending) && pending === null)',
  ),
  one(
    'login-csrf',
    'the comparison ends at the first difference',
    'src/tmdb/approval.ts',
    'at < one.length; at++)',
    'at < one.length && difference === 0; at++)',
  ),
  one(
    'login-csrf',
    'a link anywhere begins a sign-in',
    ROUTES,
    'GET: { isAllowed: isLinkFromHere, run: login,',
    'GET: { isAllowed: anyOrigin, run: login,',
  ),

  one(
    'csrf',
    'any site’s form can log in',
    ROUTES,
    'POST: { isAllowed: isSameSite, run: login,',
    'POST: { isAllowed: anyOrigin, run: login,',
  ),
  one(
    'csrf',
    'any site’s form can take a return',
    ROUTES,
    'POST: { isAllowed: isSameSite, run: takeReturn',
    'POST: { isAllowed: anyOrigin, run: takeReturn',
  ),
  ...['check', 'guest', 'verify'].map((route) =>
    one(
      'csrf',
      `any site’s form can call ${route}`,
      ROUTES,
      checkOf(route),
      checkOf(route).replace('isSameSite', 'anyOrigin'),
    ),
  ),
  one(
    'csrf',
    'any site’s form can carry ratings over',
    ROUTES,
    'isAllowed: isSameSite, run: carryOver',
    'isAllowed: anyOrigin, run: carryOver',
  ),
  one(
    'csrf',
    'any site’s form can cancel',
    ROUTES,
    'isAllowed: isSameSite, run: cancel',
    'isAllowed: anyOrigin, run: cancel',
  ),
  one(
    'csrf',
    'any site’s form can log out',
    ROUTES,
    'isAllowed: isSameSite, run: logout',
    'isAllowed: anyOrigin, run: logout',
  ),
  one(
    'csrf',
    'any site’s form can change something at TMDB',
    ARRIVAL,
    "!isChange(method, path ?? '') || isSameSite(request, settings)",
    'true',
  ),
  one(
    'csrf',
    'an Origin that begins like the site’s passes',
    REQUESTS,
    'from === origin',
    'from.startsWith(origin)',
  ),
  one(
    'csrf',
    'Origin: null passes',
    REQUESTS,
    "if (from !== null && from !== 'null') return from === origin;",
    "if (from !== null) return from === origin || from === 'null';",
  ),
  one(
    'csrf',
    'a sister site passes as the site',
    REQUESTS,
    "return headers.get('sec-fetch-site') === 'same-origin'",
    "return ['same-origin', 'same-site'].includes(headers.get('sec-fetch-site') ?? '')",
  ),
  one(
    'csrf',
    'a request without headers passes',
    REQUESTS,
    "return headers.get('sec-fetch-site') === 'same-origin'",
    "return (headers.get('sec-fetch-site') ?? 'same-origin') === 'same-origin'",
  ),
  one(
    'csrf',
    'a method may be a property of every object',
    ARRIVAL,
    'methods && Object.hasOwn(methods, method) ? methods[method] : undefined',
    'methods?.[method]',
  ),
  one(
    'csrf',
    'every origin can read answers',
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
    'every address that begins with a slash passes',
    OPTIONS,
    'if (to.length >',
    "if (to.startsWith('/')) return to;\n  if (to.length >",
  ),
  one('open-redirect', 'an address may name a user', OPTIONS, 'url.username || url.password || ', ''),
  one('open-redirect', 'blob: is a web address', OPTIONS, ' || !/^https?:$/.test(url.protocol)', ''),
  one(
    'open-redirect',
    'the address is sent as it came, not as it was judged',
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
    'a type that other sites’ forms can send counts as JSON',
    REQUESTS,
    "case 'application/json': {",
    "case 'text/plain':\n      case 'application/json': {",
  ),
  one('injection', 'TMDB’s tokens may be any text', 'src/tmdb/parse.ts', '/^[\\w.~-]{8,4096}$/', '/^/'),
  one(
    'injection',
    'the requested path is repeated in the answer',
    ARRIVAL,
    "return no(null, refuse('not_found'));",
    "return no(null, refuse('not_found', [], decodeURIComponent(url.pathname)));",
  ),

  one('cookies', 'scripts can read the cookies', JAR, 'httpOnly: true', 'httpOnly: false'),
  one('cookies', 'other sites’ requests carry the cookies', JAR, "sameSite: 'lax'", "sameSite: 'none'"),
  one('cookies', 'plain http carries the cookies', JAR, 'secure: settings.isSecure', 'secure: false'),
  one('cookies', 'another host can set the cookies', JAR, "isSecure ? '__Host-' : ''", "isSecure ? '' : ''"),
  one('cookies', 'a cookie serves every purpose', SEAL, '...ALGORITHMS, typ: purpose,', '...ALGORITHMS,'),
  one('cookies', 'a cookie has no end', SEAL, 'currentDate: new Date(now())', 'currentDate: new Date(0)'),
  one(
    'cookies',
    'an unreadable cookie is deleted',
    JAR,
    'if (value === before[part]) continue;',
    'if (value !== null && value === before[part]) continue;',
  ),
  one(
    'cookies',
    'requests are joined by their pending cookie alone',
    ANSWERING,
    "(settings.store ? ['id'] : PARTS)",
    "(settings.store ? ['id'] : ['pending'])",
  ),

  one(
    'replay',
    'concurrent returns are each exchanged',
    ROUTES,
    'GET: { isAllowed: anyOrigin, run: takeReturn, isShared: true,',
    'GET: { isAllowed: anyOrigin, run: takeReturn,',
  ),
  one(
    'replay',
    'a sign-out leaves the session at TMDB',
    'src/tmdb/endpoints.ts',
    "path: '/3/authentication/session',\n      body",
    "path: '/3/authentication',\n      body",
  ),

  one('proxy', 'every path counts as plain', PROXY, '/^\\/[34](\\/[\\w-]+)+$/;', '/^\\/[34]\\/.+$/;'),
  one('proxy', 'pages can sign in and out at TMDB', PROXY, ' && !signsInOrOut(path)', ''),
  one(
    'proxy',
    'pages can sign in and out at TMDB in capitals',
    PATHS,
    '4\\/auth)(?![\\w-])/i;',
    '4\\/auth)(?![\\w-])/;',
  ),
  one('proxy-credentials', 'pages can send credentials', PROXY, 'if (isSentOn(name)) url', 'if (name) url'),
  one('proxy-credentials', 'pages can send credentials in another spelling', PROXY, '/[\\W_]/g', '/_/g'),
  one('proxy-credentials', 'pages can ask for JSONP', PROXY, '|callback|jsonp', ''),
  one(
    'proxy-credentials',
    'a signed-out visitor acts as the owner of the key',
    FETCH,
    'if (audience.isRequired && !isKnown(audience, identity))',
    'if (audience.isRequired && false)',
  ),
  one(
    'proxy-credentials',
    'a v3 user acts as the owner of the key in v4',
    FETCH,
    'present().facts.access !== null',
    'true',
  ),
  one(
    'proxy-credentials',
    'a page’s headers are sent to TMDB',
    PROXY,
    "const SENT_ON = ['accept',",
    "const SENT_ON = ['x-forwarded-for', 'authorization', 'accept',",
  ),
  one(
    'proxy-credentials',
    'TMDB’s headers are passed on',
    PROXY,
    "headers: [\n      ['content-type'",
    "headers: [\n      ...response.headers,\n      ['content-type'",
  ),
  one(
    'proxy-credentials',
    'the session is sent with every request',
    FETCH,
    "takesSession && secretOf('user')",
    "secretOf('user')",
  ),

  one(
    'ssrf-and-host',
    'the request decides about the host',
    ROUTES,
    '/callback`, settings.origin)',
    '/callback`, call.url.origin)',
  ),
  one(
    'ssrf-and-host',
    'a redirect is followed with the session',
    'src/direct/direct-fetch.ts',
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
    'every origin receives the credentials',
    PUBLIC_FETCH,
    'if (parts.origin !== baseURL && parts.origin !== TMDB.baseURL) return fetch(input, init);',
    '',
  ),
  one(
    'ssrf-and-host',
    'a site may do without https',
    OPTIONS,
    'if (!isSecure && !LOOPBACK',
    'if (!isSecure && LOOPBACK',
  ),

  one('caching', 'answers can be cached', ANSWER, "  'cache-control': 'no-store',\n", ''),
  one(
    'caching',
    'browsers may guess an answer’s type',
    ANSWER,
    "  'x-content-type-options': 'nosniff',\n",
    '',
  ),
  one('caching', 'addresses are sent as referrers', ANSWER, "  'referrer-policy': 'no-referrer',\n", ''),
  one(
    'caching',
    'other origins can embed answers',
    ANSWER,
    "  'cross-origin-resource-policy': 'same-origin',\n",
    '',
  ),
  one(
    'caching',
    'answers can run and be framed',
    ANSWER,
    "  'content-security-policy': \"default-src 'none'; frame-ancestors 'none'; sandbox\",\n",
    '',
  ),
  one('caching', 'tokens can be cached on the way', CLIENT, "      cache: 'no-store',\n", ''),
  one(
    'caching',
    'a user’s data can be cached on the way',
    FETCH,
    "isPersonal ? 'no-store' : asked.cache",
    'asked.cache',
  ),

  one(
    'secrets',
    'a network error contains the address',
    CLIENT,
    'throw networkError(error)',
    "throw { ...networkError(null), failure: { code: 'network', message: String(error) } }",
  ),
  one(
    'secrets',
    'an event contains the address',
    HANDLER,
    '...event,\n      method',
    '...event, ...{ url: request.url },\n      method',
  ),
  one(
    'secrets',
    'the error about a secret contains the secret',
    SEAL,
    'throw new TypeError(\n',
    'throw new TypeError(secrets.join() +\n',
  ),
  one(
    'secrets',
    'TMDB’s texts are passed on',
    'src/tmdb/parse.ts',
    'httpStatus: answer.status,\n    ...(tmdbCode',
    'httpStatus: answer.status,\n    message: answer.text,\n    ...(tmdbCode',
  ),
  {
    name: 'pages see the whole record',
    noticedBy: 'secrets',
    edits: [
      [
        'src/platforms/server/request-client.ts',
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

  one(
    'limits',
    'a body may be longer than maxBody',
    REQUESTS,
    'if (length > maxBody)',
    'if (length > maxBody * 4)',
  ),
  one('limits', 'a body may take for ever', REQUESTS, 'within(client.clock, bodyTimeout, read)', 'read()'),
  one('limits', 'TMDB may take for ever', PROXY, '    signal,\n    ...(body', '    ...(body'),
  one('limits', 'the number of requests is not limited', GATE, 'if (working >= most) return null;', ''),
  one(
    'limits',
    'a listener that fails makes the request fail',
    HANDLER,
    'Promise.resolve(seen)\n      .then(settings.onEvent)\n      .catch(() => {});',
    'settings.onEvent?.(seen);',
  ),

  one('limits', 'an answer that must not have a body gets one', PROXY, 'status === 205 || ', ''),
  one(
    'limits',
    'a store may take for ever',
    ANSWERING,
    'within(settings.client.clock, deadline, () => jar.recordsOf(account.id))',
    'jar.recordsOf(account.id)',
  ),

  {
    name: 'records are not sealed',
    noticedBy: 'store',
    edits: [
      [STORE, 'await seal.close(purposeOf(name), text, endsAt)', 'text'],
      [STORE, 'seal.open(purposeOf(name), found)', 'found'],
    ],
  },
  one(
    'store',
    'a record is accepted under any name',
    STORE,
    '(name: string) => ',
    "(_: string, name = '') => ",
  ),
  one(
    'store',
    'the name of a record is not sealed',
    STORE,
    "openCookie(settings, 'id', header)",
    "Promise.resolve(header?.split('.id=')[1] ?? null)",
  ),
  one(
    'store',
    'a sign-in keeps the name it found',
    STORE,
    "if (before === null || isNew('token') || hasMoved)",
    'if (id === null)',
  ),
  one(
    'store',
    'signing out everywhere does not check the account',
    ANSWERING,
    'account?.id === account.id)',
    'account)',
  ),

  one(
    'store-away',
    'a visitor counts as signed out while the store is unavailable',
    STORE,
    'throw isRecordNewer(error) ? error : storeUnavailable();',
    'return null;',
  ),
  one(
    'store-away',
    'the site’s own pages get a signed-out view while the store is unavailable',
    HANDLER,
    'settledIn(settings, await jar.open());\n  if',
    'settledIn(settings, await jar.open().catch(() => null));\n  if',
  ),
  one(
    'store-away',
    'a session that could not be stored stays at TMDB',
    ANSWERING,
    'if (made) await endMade(settings, made);\n          throw',
    'throw',
  ),
  one(
    'store-away',
    'a session that could not be stored is reported as stored',
    ANSWERING,
    'if (jar.isLost()) {',
    'if (jar.isLost() && false) {',
  ),
  one(
    'cookies',
    'names of users have no limit',
    'src/platforms/server/parts.ts',
    'account: account && fitting(account)',
    'account',
  ),

  one(
    'cookies',
    'the first of two cookies with one name counts',
    JAR,
    'others.length === 0 ? only : null',
    'only',
  ),
  one(
    'planted',
    'the name of a cookie is trimmed before it is compared',
    JAR,
    'parseCookie(pair, AS_IT_IS)',
    'parseCookie(pair.trim(), AS_IT_IS)',
  ),
  one(
    'store',
    'a session keeps the name that its sign-in had',
    STORE,
    " || isNew('token') || hasMoved)",
    " || isNew('token'))",
  ),
  one(
    'store',
    'any request may follow a record to its new name',
    STORE,
    'hasFollowed ||\n    isWaiting() ||',
    'true ||',
  ),
  one(
    'store',
    'a late request begins a new record',
    ANSWERING,
    'if (jar.isMoved()) return wantsJson(request)',
    'if (jar.isMoved() && false) return wantsJson(request)',
  ),
  one(
    'store',
    'a return does not find the record that its dead instance made',
    STORE,
    'presented.some((each) => sameSecret(each, secret))',
    'false && sameSecret(secret, secret)',
  ),

  one(
    'sent-link',
    'a return of another browser’s sign-in is not explained',
    RETURNS,
    'if (isMismatch && (callback === null || callback.approved))',
    'if (isMismatch && false)',
  ),
  one(
    'sent-link',
    'the state of a return is not compared',
    RETURNS,
    'if (before.facts.token && areDifferent(',
    'if (false && areDifferent(',
  ),
  one(
    'sent-link',
    'a link ends a sign-in',
    RETURNS,
    "if (fields.end === 'true')",
    "if (fields.end === 'true' || url.searchParams.has('end'))",
  ),
  one('sent-link', 'the state of a sign-in is not noted', ROUTES, 'await call.noteBegun(state);', '{}'),
  one(
    'sent-link',
    'any number of sign-ins may be ended',
    ENDING,
    "if (!limit.take(settings.addressOf(request))) return 'later';",
    '',
  ),
  one(
    'sent-link',
    'one address may end as many sign-ins as all together',
    LIMIT,
    ' || (address !== null && before >= most.perAddress)',
    '',
  ),
  one(
    'sent-link',
    'TMDB is asked about a text that cannot be a token',
    ENDING,
    'token && TOKEN.test(token) ? token : null',
    'token || null',
  ),
  one(
    'sent-link',
    'an existing session of the ended sign-in stays alive',
    ENDING,
    'let made = await outcomeOf(token);',
    'let made = null as Outcome | null;',
  ),
  one(
    'sent-link',
    'a token that can still be exchanged is left to the attacker',
    ENDING,
    'const unused = await spend(token);',
    'const unused = null as Made | null;',
  ),
  one(
    'sent-link',
    'a session that is made later is not noted',
    ENDING,
    "from.requestToken ?? (accessToken && (await notes.read('source', accessToken)))",
    'from.requestToken',
  ),
  one(
    'sent-link',
    'approvalWindow is ignored',
    'src/direct/steps.ts',
    'Math.min(lifetime ?? authDelays.requestTokenLifetime, settings.approvalWindow)',
    '(lifetime ?? authDelays.requestTokenLifetime)',
  ),

  one(
    'limits',
    'a request counts while its body is still arriving',
    HANDLER,
    'const work = () => take(judged);',
    `const work = async () =>
        (await gate.pass({ most: settings.maxConcurrent }, () => take(judged))) ?? refuse('busy');`,
  ),
  one(
    'limits',
    'a health check counts as a request',
    HANDLER,
    "if (judged.kind === 'health') return health(settings, gate);",
    `if (judged.kind === 'health')
        return (await gate.pass({ most: settings.maxConcurrent }, () => health(settings, gate))) ?? refuse('busy');`,
  ),
  one(
    'limits',
    'one address may use all of maxConcurrent',
    GATE,
    'if (held >= mostPerAddress) return null;',
    '',
  ),
  one(
    'limits',
    'a header that any client can write is believed',
    OPTIONS,
    'const address = options.addressOf?.(request);',
    "const address = options.addressOf?.(request) ?? request.headers.get('x-forwarded-for');",
  ),

  one('owner', 'paths are judged without decoding', FETCH, 'readPath(parts.path)', 'parts.path'),
  one('owner', 'paths are sent without decoding', FETCH, 'address(encodeURI(path),', 'address(parts.path,'),
  one(
    'owner',
    'only lower-case paths are judged',
    PATHS,
    '/^\\/([34]\\/account([/.].*)?|3\\/.+\\/(rating|account_states)(\\.\\w+)?)$/i',
    '/^\\/([34]\\/account([/.].*)?|3\\/.+\\/(rating|account_states)(\\.\\w+)?)$/',
  ),
  one(
    'owner',
    'a format after a dot makes another path',
    PATHS,
    '([34]\\/account([/.].*)?',
    '([34]\\/account(\\/.*)?',
  ),
  one(
    'owner',
    'append_to_response brings the owner’s states of a film',
    PATHS,
    '!isV4 && appendsStates(query)',
    'false',
  ),
  one(
    'owner',
    'a path that cannot be judged is allowed',
    PATHS,
    'if (decoded === null || UNCLEAR.test(decoded)) return null;',
    'if (decoded === null) return null;',
  ),
  one(
    'owner',
    'two slashes lead to another host',
    PUBLIC_FETCH,
    "input.startsWith('/') ? baseURL + input",
    "input.startsWith('/') ? new URL(input, baseURL)",
  ),

  one(
    'budget',
    'TMDB is asked as fast as requests come',
    OPTIONS,
    'paced(given.fetch, { clock, baseURL, perSecond })',
    'given.fetch',
  ),
  one(
    'budget',
    'every handler has a budget of its own',
    BUDGET,
    'begun.get(baseURL) ?? []',
    '[] as number[]',
  ),
  one('budget', 'the queue has no end', BUDGET, 'if (at - now > LONGEST_WAIT) return null;', ''),
  one(
    'budget',
    'a smaller budget forgets what a larger one began',
    BUDGET,
    'while (times.length > 0 && (times[0] as number) <= now - SECOND)',
    'while (times.length > most)',
  ),
  one('budget', 'a request that was aborted is sent all the same', BUDGET, 'signal?.throwIfAborted();', ''),
  one(
    'budget',
    'a clock that was set back stops the budget',
    BUDGET,
    'now + LONGEST_WAIT + SECOND) times.pop()',
    'Number.POSITIVE_INFINITY) times.pop()',
  ),
  one(
    'budget',
    'an account’s carry-over runs several times at once',
    ROUTES,
    'if (carrying.has(account))',
    'if (false)',
  ),

  one('changing-gets', 'every GET counts as a read', PATHS, ' || CHANGING_GET.test(path)', ''),
  one(
    'changing-gets',
    'a changing GET in capitals counts as a read',
    PATHS,
    'validate_with_login))(?![\\w-])/i',
    'validate_with_login))(?![\\w-])/',
  ),
  one('changing-gets', 'a change is repeated', AGAIN, ' || isChange(method, path)', ''),
  one(
    'changing-gets',
    'a path that cannot be judged is repeated',
    AGAIN,
    'path === null || isChange(method, path)',
    "isChange(method, path ?? '')",
  ),
  one(
    'changing-gets',
    'a prefetch counts as a click',
    ARRIVAL,
    'if (isPrefetch(request) && !isRead) return no(name, refusePrefetch());',
    '',
  ),
  one(
    'changing-gets',
    'a frame counts as a visit',
    ARRIVAL,
    'if (!isNavigation(request) && !wantsJson(request)) return no(name, refusePrefetch());',
    '',
  ),

  one('proxy-bodies', 'a body may contain credentials', PROXY, 'isSentOn(name) ? value : undefined', 'value'),
  one('proxy-bodies', 'a field can change the method', PROXY, '|method$)', ')'),
  one(
    'proxy-bodies',
    'a body may be of any type',
    PROXY,
    'if (!JSON_TYPE.test(typeOf(headers))) throw new NotJson();',
    '',
  ),
  one('proxy-bodies', 'a body may be broken UTF-8', PROXY, "'utf-8', { fatal: true }", "'utf-8'"),
  one(
    'proxy-bodies',
    'a type is trimmed before it is compared',
    REQUESTS,
    "(/^[^;, \\t]*/.exec(headers.get('content-type') ?? '')?.[0] ?? '')",
    "(headers.get('content-type') ?? '').split(/[;,]/, 1).join().trim()",
  ),
  one(
    'proxy-bodies',
    'an answer may be a script',
    PROXY,
    'if (text.byteLength > 0 && !JSON_TYPE.test(typeOf(response.headers)))',
    'if (text.byteLength < 0)',
  ),
  one('proxy-bodies', 'a redirect is passed on', PROXY, 'if (isRedirect(status))', 'if (false)'),

  one(
    'deliveries',
    'a finished answer is given more than once',
    DELIVERIES,
    "const kept = await notes.take('finished', key);",
    "const kept = await notes.read('finished', key);",
  ),
  one(
    'deliveries',
    'a finished answer is given after a sign-out',
    DELIVERIES,
    "made.sessionId && (await notes.read('ended', made.sessionId)) ? null : answer",
    'answer',
  ),
  one(
    'deliveries',
    'a finished answer is given to every browser',
    ANSWERING,
    'const key = [cookies, name,',
    'const key = [name,',
  ),
  one(
    'deliveries',
    'a finished answer is given for every address',
    ANSWERING,
    'name, url.search, JSON',
    'name, JSON',
  ),
  one(
    'deliveries',
    'a session that no browser received stays at TMDB',
    DELIVERIES,
    'if (!isListening) endLater(key, made, jar);',
    '',
  ),
  one(
    'deliveries',
    'a session that a reload received is ended',
    ANSWERING,
    'requests.some(({ signal }) => !signal?.aborted)',
    '!requests[0]?.signal?.aborted',
  ),
  one(
    'sent-link',
    'a sign-in is reported as ended although TMDB could not be told',
    ENDING,
    "if (!(await endMade(settings, made))) return 'later';",
    'await endMade(settings, made);',
  ),
  one(
    'sent-link',
    'a sign-in is reported as missing although TMDB did not answer',
    ENDING,
    'MADE_NOTHING.test(error.code)) return null;',
    'true) return null;',
  ),
  one(
    'sent-link',
    'the record of an ended sign-in stays',
    ENDING,
    'await removeRecord(settings, store, made.record);',
    '{}',
  ),
  one(
    'sent-link',
    'a session is noted only once its account is known',
    ANSWERING,
    '          made = present;\n          note(client);',
    '          made = present;',
  ),
  one(
    'deliveries',
    'closing leaves sessions that no browser received',
    DELIVERIES,
    'if (!settings.store) await',
    'if (false) await',
  ),

  one(
    'device',
    'any site’s form can send a code',
    ROUTES,
    'isSameSite, answer: takeCode',
    'anyOrigin, answer: takeCode',
  ),
  one(
    'device',
    'a code leads to TMDB without a question',
    DEVICE_ROUTES,
    "fields.confirm === 'true'",
    'true',
  ),
  one(
    'device',
    'any number of codes may be guessed',
    DEVICES,
    'const giveBack = limit.take(addressOf(request));',
    'const giveBack = limit.take(addressOf(request)) ?? (() => {});',
  ),
  one(
    'device',
    'one address may guess as often as all together',
    LIMIT,
    ' || (address !== null && before >= most.perAddress)',
    '',
  ),
  one(
    'device',
    'wrong codes are not counted',
    DEVICES,
    'if (!found) return',
    'giveBack();\n      if (!found) return',
  ),
  one('device', 'two users at a time may use one code', NOTES, 'if (taking.has(name)) return null;', ''),
  one(
    'device',
    'a used code may be used again',
    DEVICES,
    "if (how === 'use') await show(requestToken, { userCode: null, expiresAt });",
    "if (how === 'use') await notes.keep('device-code', keysOf(userCode)[0] ?? '', JSON.stringify(found), 1e6);",
  ),
  one('device', 'a code outlives its sign-in', DEVICES, "await notes.take('device-shown', begun);", '{}'),
  one(
    'device',
    'a reader of the store can find the codes',
    DEVICES,
    '[secret, userCode]',
    '[secret && userCode]',
  ),
  one('device', 'a device may ask as often as it likes', DEVICES, 'if (wait > 0 &&', 'if (wait < 0 &&'),
];

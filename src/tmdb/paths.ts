/**
 * A path as TMDB reads it: percent-decoded once, `.` and `..` resolved, empty parts skipped. Null for an ambiguous
 * spelling: malformed, encoded twice, with a backslash, a semicolon or a control character.
 */
export function readPath(pathname: string): string | null {
  const decoded = decode(pathname);
  if (decoded === null || UNCLEAR.test(decoded)) return null;
  const parts: string[] = [];
  for (const part of decoded.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

// Without `\p{Cc}`, which older engines of React Native cannot parse.
const UNCLEAR = /[%\\;?#]|[^ -~\xa0-\ud7ff\ue000-\uffff]/;

function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}

/**
 * The spelling by which a path is judged: a server may fold letters, and skip characters that TMDB's names never
 * have.
 */
const judged = (path: string) => path.normalize('NFKC').replace(/[^\w/.-]/g, '');

/* TMDB's server ignores case, and accepts a format after a dot (`/3/account.json`). */

/** Only these get the session as a parameter: in a URL it is as sensitive as a password. */
const TAKES_SESSION = /^\/3\/((account|list)([/.].*)?|.+\/(rating|account_states)(\.\w+)?)$/i;
/** Without a session TMDB would answer these for the key's owner. */
const PERSONAL = /^\/([34]\/account([/.].*)?|3\/.+\/(rating|account_states)(\.\w+)?)$/i;
/** Guests may rate, and read their ratings. */
const FOR_GUESTS = /^\/3\/.+\/(rating|account_states)$/i;
/** Signing in and out needs the key alone. */
const SIGNS_IN_OR_OUT = /^\/(3\/authentication|4\/auth)(?![\w-])/i;
/** TMDB still has GETs that change something: v4's `clear`, and the GET forms of v3's session calls. */
const CHANGING_GET =
  /^\/([34]\/list\/[^/]+\/(clear|add_item|remove_item)|3\/authentication\/(session\/(new|convert)|token\/validate_with_login))(?![\w-])/i;

/** Whether a request changes something at TMDB, whatever its method. */
export const isChange = (method: string, path: string): boolean =>
  !/^(GET|HEAD)$/.test(method) || CHANGING_GET.test(path);

export const signsInOrOut = (path: string): boolean => SIGNS_IN_OR_OUT.test(path);

/** The path or the body names a token, a session or a guest, so the answer is private even if nobody is signed in. */
export const isPrivate = (path: string): boolean =>
  signsInOrOut(path) || /^\/3\/guest_session(?![\w-])/i.test(path);

/** `me` stands for the guest's id, which no app ever learns: `/3/guest_session/me/rated/movies`. */
const GUESTS_OWN = /^(\/3\/guest_session\/)me(?=\/rated\/)/;

/** The path with the guest's id in place of `me`. */
export const withGuestId = (path: string, guestId: string): string =>
  path.replace(GUESTS_OWN, (_, before) => before + encodeURIComponent(guestId));

/** The user or guest that a request needs. */
export interface Audience {
  /** Refused unless the user or guest is known: TMDB would answer for the key's owner. */
  isRequired: boolean;
  /** Gets v3's session, or the guest's where guests may ask. */
  takesSession: boolean;
  isForGuests: boolean;
  /** Concerns the guest alone, even while a user is signed in. */
  isGuestsOwn: boolean;
  /** v4 takes the user's access token instead. */
  isV4: boolean;
}

/** Judges a request by its method, its path from `readPath`, and its query. */
export function audienceOf(
  method: string,
  pathname: string,
  query: Iterable<readonly [string, string]>,
): Audience {
  const path = judged(pathname);
  const isV4 = /^\/4(\/|$)/.test(path);
  const appends = !isV4 && appendsStates(query);
  const changes = isChange(method, path) && !signsInOrOut(path);
  const isGuestsOwn = GUESTS_OWN.test(pathname);
  return {
    isRequired: appends || changes || isGuestsOwn || PERSONAL.test(path),
    takesSession: appends || TAKES_SESSION.test(path) || (!isV4 && changes),
    isForGuests: FOR_GUESTS.test(path),
    isGuestsOwn,
    isV4,
  };
}

/** `append_to_response=account_states` adds the user's own states to the answer. */
const appendsStates = (query: Iterable<readonly [string, string]>) =>
  [...query].some(([name, value]) => /append.*response/i.test(name) && /account/i.test(value));

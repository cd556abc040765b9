/**
 * A path as TMDB reads it: percent-decoded once, `.` and `..` resolved, empty parts skipped. Null for a spelling that
 * could be read in more than one way: malformed, encoded twice, with a backslash, a semicolon or a control character.
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

// Written without `\p{Cc}`, which older engines of React Native cannot read.
const UNCLEAR = /[%\\;?#]|[^ -~\xa0-\ud7ff\ue000-\uffff]/;

function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}

/** What a path is judged by: a server may fold its letters, and skip what a name of TMDB's never has. */
const judged = (path: string) => path.normalize('NFKC').replace(/[^\w/.-]/g, '');

/* TMDB's server takes letters of either case, and a format after a dot (`/3/account.json`). */

/** The session goes to these as a parameter, and nowhere else: it is a password in a URL. */
const TAKES_SESSION = /^\/3\/((account|list)([/.].*)?|.+\/(rating|account_states)(\.\w+)?)$/i;
/** What TMDB would answer for the key's owner if no session were sent. */
const PERSONAL = /^\/([34]\/account([/.].*)?|3\/.+\/(rating|account_states)(\.\w+)?)$/i;
/** Guests rate, and may ask what they have rated. */
const FOR_GUESTS = /^\/3\/.+\/(rating|account_states)$/i;
/** Signing in and out: by the key alone. */
const SIGNS_IN_OR_OUT = /^\/(3\/authentication|4\/auth)(?![\w-])/i;
/** TMDB still has GETs that change something: v4's `clear`, and the GET forms of v3's session calls. */
const CHANGING_GET =
  /^\/([34]\/list\/[^/]+\/(clear|add_item|remove_item)|3\/authentication\/(session\/(new|convert)|token\/validate_with_login))(?![\w-])/i;

/** Whether a request changes something at TMDB, whatever its method says. */
export const isChange = (method: string, path: string): boolean =>
  !/^(GET|HEAD)$/.test(method) || CHANGING_GET.test(path);

export const signsInOrOut = (path: string): boolean => SIGNS_IN_OR_OUT.test(path);

/** Concerns a token, a session or a guest by its path or its body, whoever is signed in. */
export const isPrivate = (path: string): boolean =>
  signsInOrOut(path) || /^\/3\/guest_session(?![\w-])/i.test(path);

/** `me` stands for the id of the guest, which no app ever learns: `/3/guest_session/me/rated/movies`. */
const GUESTS_OWN = /^(\/3\/guest_session\/)me(?=\/rated\/)/;

/** The path with the guest's id in the place of `me`. */
export const withGuestId = (path: string, guestId: string): string =>
  path.replace(GUESTS_OWN, (_, before) => before + encodeURIComponent(guestId));

/** Who a request has to be sent as. */
export interface Audience {
  /** Refused unless this person is known: TMDB would take the key's owner for them. */
  isRequired: boolean;
  /** v3's session is sent along, or the guest's where guests may ask. */
  takesSession: boolean;
  isForGuests: boolean;
  /** Concerns the guest alone, also while a user is signed in. */
  isGuestsOwn: boolean;
  /** v4 goes by the user's access token instead. */
  isV4: boolean;
}

/** Judges a request by its method, its path as `readPath` has it, and its query. */
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

/** `append_to_response=account_states` puts a person's own states into the answer. */
const appendsStates = (query: Iterable<readonly [string, string]>) =>
  [...query].some(([name, value]) => /append.*response/i.test(name) && /account/i.test(value));

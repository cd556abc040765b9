/**
 * Oddities of TMDB, by name. Well-attested ones are on; lag, cached errors and disputed behaviour are off.
 * `sandbox.quirks` changes them at run time.
 */
export interface SandboxQuirks {
  /**
   * `DELETE /3/list/{id}` deletes the list and answers HTTP 500 with code 11; false: 201 with 12, as documented.
   * Evidence: live test suites of several clients. Default: `true`.
   */
  listDeletionFails?: boolean;
  /**
   * `POST /4/list` takes only the integers 0 and 1 for `public`: with `false` the list is public. `PUT /4/list/{id}`
   * takes both. Evidence: live test suites of several clients. Default: `true`.
   */
  publicIsNumber?: boolean;
  /** Booleans can be strings: `"watchlist": "true"`. Evidence: several clients send them. Default: `true`. */
  textBooleans?: boolean;
  /**
   * `api_key`, `session_id`, `guest_session_id` and `confirm` are also taken from a JSON body. Evidence: inferred
   * from apps that use moviedb-promise, which sends them there with every POST and DELETE. Default: `true`.
   */
  queryInBody?: boolean;
  /**
   * GETs outside of `/3/authentication` carry `Cache-Control: public, max-age=300`, `ETag` and `Vary: Origin`, even
   * those of a user's data: an HTTP cache may show a stale list, or one user's list to the next. `If-None-Match` is
   * ignored. Evidence: several clients, for lists with these 300 seconds. Default: `true`.
   */
  cacheHeaders?: boolean;
  /**
   * With `cacheHeaders`, failed GETs carry these headers too. Evidence: reported, not every time. Default: `false`.
   */
  cachedErrors?: boolean;
  /**
   * Rated lists show a new, changed or deleted rating this many ms later, by the sandbox clock. Evidence: 1 to 10 s
   * in four live test suites. 0 because tests with a stopped clock would never see the rating. Default: `0`.
   */
  ratedListsLag?: number;
  /**
   * `account_states` shows a new, changed or deleted rating this many ms later, by the sandbox clock. Evidence: about
   * 2 s in live test suites. 0 as for `ratedListsLag`. Default: `0`.
   */
  accountStatesLag?: number;
  /**
   * HTTP status of a guest's rated list if the guest has rated nothing of its type: 200 with an empty list, 404 with
   * code 34 or, since April 2026, 500 with code 11. Evidence: four live test suites, which saw each of them. Default:
   * `200`.
   */
  emptyGuestList?: 200 | 404 | 500;
  /**
   * The same if the guest has rated something, but `ratedListsLag` still hides it. Evidence: the same. Default:
   * `200`.
   */
  laggingGuestList?: 200 | 404 | 500;
  /**
   * `account_states` works for guests; false: 401 with code 3, though the guest session is valid. Evidence: disputed.
   * The OpenAPI lists the parameter, several clients saw the 401. Default: `true`.
   */
  guestAccountStates?: boolean;
  /**
   * `session/new` accepts a request token that was approved by `validate_with_login`; false: 401 with code 17.
   * Evidence: documented; reports of 2026 differ. Default: `true`.
   */
  passwordSessions?: boolean;
  /**
   * Words that mark the name in a `POST /4/list` as spam, case-insensitive: 400 with code 18 and `errors`. Evidence:
   * live test suites; TMDB's own words are not known. Default: `[]`.
   */
  spamWords?: readonly string[];
  /**
   * Ids of films, series or episodes without a `rating` in their row of a rated list. Evidence: seen on single rows
   * by several clients. Default: `[]`.
   */
  rowsWithoutRating?: readonly number[];
}

/** The defaults. */
export const QUIRKS: Required<SandboxQuirks> = {
  listDeletionFails: true,
  publicIsNumber: true,
  textBooleans: true,
  queryInBody: true,
  cacheHeaders: true,
  cachedErrors: false,
  ratedListsLag: 0,
  accountStatesLag: 0,
  emptyGuestList: 200,
  laggingGuestList: 200,
  guestAccountStates: true,
  passwordSessions: true,
  spamWords: [],
  rowsWithoutRating: [],
};

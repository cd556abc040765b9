import {
  ACCESS,
  type Cells,
  ends,
  expires,
  FORGOTTEN,
  fails,
  GUEST,
  goesOn,
  interrupted,
  left,
  type More,
  refused,
  SESSION,
  signedOut,
  stays,
  stores,
  warns,
} from './ends.ts';
import type { Helps } from './play.ts';
import type { StepName } from './steps.ts';

const NOT_HEARD = 'dropBefore wait tooMany error500 error503 html200 html502 garbage';
const CUT = 'dropAfter truncated';
const SILENT = 'slow hangBefore hangAfter';
const ANY_TMDB = `${NOT_HEARD} ${CUT} ${SILENT}`;
const CLOCK = 'ahead back';
const STORAGE = 'throws hangs full';

/** A request token: repeating the request does no harm. */
const TOKEN: Row = {
  once: {
    [`${NOT_HEARD} ${CUT}`]: goesOn(2),
    [SILENT]: fails(1, 'retry'),
    ahead: expires(1),
    back: goesOn(1),
    'throws full': warns(1),
    hangs: warns(1, FORGOTTEN),
  },
  lasting: {
    [`${NOT_HEARD} ${CUT}`]: fails(4, 'retry'),
    [SILENT]: fails(1, 'retry'),
    [STORAGE]: warns(1, FORGOTTEN),
  },
};

/** TMDB exchanges the token once: if its answer is lost, so is the result. */
const exchange = (requests: number, lost: More): Row => ({
  once: {
    [NOT_HEARD]: goesOn(requests + 1),
    [CUT]: interrupted(4, lost),
    'slow hangBefore': fails(1, 'retry'),
    hangAfter: fails(1, 'login', lost),
    [CLOCK]: goesOn(requests),
    'throws full': stores(requests),
    hangs: warns(requests, FORGOTTEN),
  },
  lasting: {
    [NOT_HEARD]: fails(4, 'retry'),
    [CUT]: fails(4, 'login', lost),
    'slow hangBefore': fails(1, 'retry'),
    hangAfter: fails(1, 'login', lost),
    [STORAGE]: warns(requests, FORGOTTEN),
  },
});

/** A stored session stays when TMDB does not answer about it. */
const told = (requests: number): Row => ({
  once: { [ANY_TMDB]: stays(requests, 'retry'), [CLOCK]: goesOn(requests) },
  lasting: { [ANY_TMDB]: stays(requests, 'retry') },
});

/** Everything is wiped first, and TMDB is asked once. */
function logout(requests: number, lost: More): Row {
  const tmdb = {
    'dropBefore wait tooMany error500 error503 html200 html502 hangBefore': signedOut(
      'revoke_failed',
      requests,
      lost,
    ),
    [`${CUT} slow hangAfter`]: signedOut('revoke_failed', requests),
    // TMDB answers that it has deleted the session.
    garbage: signedOut(null, requests, lost),
  };
  const unwiped = (helps: Helps, more?: More) =>
    ends('idle.loggedOut', 'storage_unavailable', helps, requests, more);
  return {
    once: {
      ...tmdb,
      [`${CLOCK} full`]: signedOut(null, requests),
      throws: unwiped('again'),
      hangs: unwiped('again', FORGOTTEN),
    },
    lasting: { ...tmdb, full: signedOut(null, requests), 'throws hangs': unwiped('again', FORGOTTEN) },
  };
}

const RATE: Cells = {
  'dropBefore dropAfter': refused('network'),
  'slow html200 garbage truncated': goesOn(1),
  'hangBefore hangAfter': refused('cancelled'),
  'wait tooMany': refused('HTTP 429'),
  error500: refused('HTTP 500'),
  error503: refused('HTTP 503'),
  html502: refused('HTTP 502'),
};

/** Each of its requests is repeated. */
const CARRIED_HERE: Cells = {
  [CLOCK]: goesOn(7, GUEST),
  'throws full': stores(7, GUEST),
  hangs: warns(7, FORGOTTEN),
};

interface Row {
  once: Cells;
  lasting: Cells;
}

/** Every step and every fault: once, and lasting. */
export const MATRIX: Record<StepName, Row> = {
  restore: {
    once: {
      [`${ANY_TMDB} ${CLOCK} full`]: goesOn(0),
      'throws hangs': ends('idle.fresh', 'its own', 'retry', 0),
    },
    lasting: {
      [`${ANY_TMDB} full`]: goesOn(0),
      // The old record cannot be read, and the new session cannot be written.
      'throws hangs': ends('idle.fresh', 'its own', 'login', 0, SESSION),
    },
  },
  token3: TOKEN,
  token4: TOKEN,
  // Sent once, as the password is not kept.
  password: {
    once: {
      [ANY_TMDB]: fails(2, 'again'),
      ahead: expires(2),
      back: goesOn(4),
      'throws full': stores(4),
      hangs: warns(4, FORGOTTEN),
    },
    lasting: { [ANY_TMDB]: fails(2, 'again'), [STORAGE]: warns(4, FORGOTTEN) },
  },
  // v3 gives the same answer for a spent token and one that is not approved yet.
  check3: {
    once: {
      [`${NOT_HEARD} hangBefore`]: goesOn(3),
      slow: goesOn(2),
      [`${CUT} hangAfter`]: expires(60, SESSION),
      [CLOCK]: goesOn(2),
      'throws full': stores(2),
      hangs: warns(2, FORGOTTEN),
    },
    lasting: {
      [`${NOT_HEARD} hangBefore`]: expires(60),
      slow: goesOn(2),
      [`${CUT} hangAfter`]: expires(60, SESSION),
      [STORAGE]: warns(2, FORGOTTEN),
    },
  },
  check4: {
    once: {
      [`${NOT_HEARD} hangBefore`]: goesOn(4),
      slow: goesOn(3),
      [`${CUT} hangAfter`]: interrupted(2, ACCESS),
      [CLOCK]: goesOn(3),
      'throws full': stores(3),
      hangs: warns(3, FORGOTTEN),
    },
    lasting: {
      [`${NOT_HEARD} hangBefore`]: expires(15),
      slow: goesOn(3),
      [`${CUT} hangAfter`]: expires(15, ACCESS),
      [STORAGE]: warns(3, FORGOTTEN),
    },
  },
  exchange3: exchange(2, SESSION),
  exchange4: exchange(3, ACCESS),
  // TMDB makes as many sessions of an access token as it is asked for.
  convert: {
    once: {
      [NOT_HEARD]: goesOn(4),
      [CUT]: goesOn(4, SESSION),
      'slow hangBefore': fails(2, 'retry'),
      hangAfter: fails(2, 'retry', SESSION),
      [CLOCK]: goesOn(3),
      'throws full': stores(3),
      hangs: warns(3, FORGOTTEN),
    },
    lasting: {
      [NOT_HEARD]: fails(5, 'retry'),
      [CUT]: fails(5, 'retry', { lost: { sessions: 4 } }),
      'slow hangBefore': fails(2, 'retry'),
      hangAfter: fails(2, 'retry', SESSION),
      [STORAGE]: warns(3, FORGOTTEN),
    },
  },
  account: {
    once: { ...told(2).once, 'throws full': stores(2), hangs: warns(2, FORGOTTEN) },
    lasting: { ...told(2).lasting, [STORAGE]: warns(2, FORGOTTEN) },
  },
  // Nothing is stored before its end, and what was handed over is not kept for a retry.
  adopt3: {
    once: {
      [`${NOT_HEARD} ${CUT}`]: goesOn(2),
      [SILENT]: fails(1, 'again'),
      [CLOCK]: goesOn(1),
      'throws full': stores(1),
      hangs: warns(1, FORGOTTEN),
    },
    lasting: {
      [`${NOT_HEARD} ${CUT}`]: fails(4, 'again'),
      [SILENT]: fails(1, 'again'),
      [STORAGE]: warns(1, FORGOTTEN),
    },
  },
  adopt4: {
    once: {
      [NOT_HEARD]: goesOn(3),
      [CUT]: goesOn(3, SESSION),
      'slow hangBefore': fails(1, 'again'),
      hangAfter: fails(1, 'again', SESSION),
      [CLOCK]: goesOn(2),
      'throws full': stores(2),
      hangs: warns(2, FORGOTTEN),
    },
    lasting: {
      [NOT_HEARD]: fails(4, 'again'),
      [CUT]: fails(4, 'again', { lost: { sessions: 4 } }),
      'slow hangBefore': fails(1, 'again'),
      hangAfter: fails(1, 'again', SESSION),
      [STORAGE]: warns(2, FORGOTTEN),
    },
  },
  verify: {
    once: { ...told(1).once, [STORAGE]: goesOn(1) },
    lasting: { ...told(1).lasting, [STORAGE]: goesOn(1) },
  },
  // TMDB cannot delete a guest session: it expires.
  carryList: {
    once: { ...CARRIED_HERE, [ANY_TMDB]: goesOn(8, GUEST) },
    lasting: {
      'dropBefore dropAfter': stays(4, 'retry', GUEST),
      // The remembered ratings and the other lists are carried before it fails.
      [`wait tooMany error503 html200 html502 garbage truncated ${SILENT}`]: stays(10, 'retry', GUEST),
      // 500/11 may mean an empty list: the client waits, and then uses the remembered ratings.
      error500: goesOn(11, GUEST),
      [STORAGE]: warns(7, FORGOTTEN),
    },
  },
  carryRate: {
    once: {
      ...CARRIED_HERE,
      // The client checks for the rating before it repeats it, as the user may have rated meanwhile.
      'wait tooMany dropBefore hangBefore error500 error503 html200 html502 garbage': goesOn(9, GUEST),
      'dropAfter truncated slow hangAfter': goesOn(8, GUEST),
    },
    lasting: {
      dropBefore: stays(13, 'retry', GUEST),
      'wait tooMany hangBefore error500 error503 html200 html502 garbage': left(13),
      'dropAfter truncated slow hangAfter': goesOn(8, GUEST),
      [STORAGE]: warns(7, FORGOTTEN),
    },
  },
  logout3: logout(1, SESSION),
  logout4: logout(2, ACCESS),
  guest: {
    once: {
      [NOT_HEARD]: goesOn(2),
      [CUT]: goesOn(2, GUEST),
      hangBefore: fails(1, 'retry'),
      'slow hangAfter': fails(1, 'retry', GUEST),
      ahead: ends('idle.guestExpired', null, 'again', 1, GUEST),
      back: goesOn(1),
      'throws full': stores(1),
      hangs: warns(1, FORGOTTEN),
    },
    lasting: {
      [NOT_HEARD]: fails(4, 'retry'),
      [CUT]: fails(4, 'retry', { lost: { guests: 4 } }),
      hangBefore: fails(1, 'retry'),
      'slow hangAfter': fails(1, 'retry', GUEST),
      [STORAGE]: warns(1, FORGOTTEN),
    },
  },
  // The app’s own request is not repeated, and waits as long as the app does (here 20 s).
  rate: {
    once: { ...RATE, [CLOCK]: goesOn(1), 'throws full': stores(1), hangs: goesOn(1, FORGOTTEN) },
    lasting: { ...RATE, 'throws full': warns(1, FORGOTTEN), hangs: goesOn(1, FORGOTTEN) },
  },
};

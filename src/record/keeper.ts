import { type AuthFacts, type Failure, failure, type Granted, type Restored } from '../../machines/index.ts';
import type { TmdbAuthError } from '../errors.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { pause, type WallClock } from '../lib/clock.ts';
import type { Settings } from '../options.ts';
import { isBehind, isEnded, isHalf, isOnlyTurn, mayWrite, withGuestOf } from './rules.ts';
import { EMPTY_RECORD, type SessionRecord } from './session-record.ts';
import { createRecordStore, type Stored, textOf } from './store.ts';
import type { Vault } from './vault.ts';

/** How often somebody else's exchange is looked at while it runs, in ms. */
const LOOK_AGAIN = 250;

type Whole = Extract<Granted, { session: object }>;

export interface RecordKeeper {
  /** Reads the record and hands its secrets to the vault. Rejects with `storage_unavailable`. */
  restore(signal: AbortSignal): Promise<Restored>;
  /** Writes these facts, with their secrets as they are now. Never throws; `flush` waits for it. */
  save(facts: AuthFacts): void;
  flush(): Promise<void>;
  /**
   * Adopts what somebody else wrote. With `session` only if it is about another session; with `token` also if the
   * request that waits for approval here was ended there. Of what was only `'written'`, whoever wrote it may not be
   * done: nothing is adopted that is not news yet.
   */
  refresh(what: 'all' | 'token' | 'session', how?: 'written'): Promise<void>;
  /** Tells the others what was written, as far as that has waited for the machine to rest. */
  announce(): void;
  /**
   * Says in the record that this client now spends the token, and makes sure that nobody else does: a written
   * claim is read again. Resolves to the session instead, if somebody else has made one meanwhile.
   */
  claim(signal: AbortSignal): Promise<Granted | null>;
  /** What somebody else has got and stored, adopted, or null. */
  adoptGranted(signal: AbortSignal): Promise<Granted | null>;
  /** Somebody else began to exchange this token and did not come to an end. */
  wasInterrupted(): boolean;
}

interface Surroundings {
  /** Names this client among those that share the storage. */
  id: string;
  settings: Settings;
  clock: WallClock;
  vault: Vault;
  /** Somebody else's record is the truth now. `orphans` are secrets of ours that it leaves without an owner. */
  onForeign(restored: Restored, orphans: string[]): void;
  /** There is more in the record than is known here. */
  onNews(): void;
  onFailure(failure: Failure): void;
}

const sameFacts = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Keeps the one record in step with the facts, and with the others (tabs, processes) on the same storage. */
export function createRecordKeeper({
  id,
  settings,
  clock,
  vault,
  onForeign,
  onNews,
  onFailure,
}: Surroundings): RecordKeeper {
  const { channel } = settings;
  const store = createRecordStore(settings);
  let seen: Stored = { text: null, record: EMPTY_RECORD };
  /** What is true here, as far as it was told. */
  let latest: AuthFacts | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  let interruptedToken: string | null = null;
  /** The last change of the guest that was made here and is not written yet. Where there is none, theirs stays. */
  let guestChange: object | null = null;
  /** Whoever exchanges according to the record we adopted. Their end is ours. */
  let isFollowing = false;
  /** Our claim stands in the record, which the facts do not show while a token is only asked about. */
  let isClaimed = false;
  /** Counted, so that what waits to be written can tell that it is out of date. */
  let adoptions = 0;
  /** How many writes wait for their turn, and are not out of date. */
  let unwritten = 0;
  /** Written, and not told to the others yet. */
  let isNews = false;
  /** The last write failed: whoever waits for it next has it tried again. */
  let hasFailed = false;

  /** One at a time, in order. */
  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const run = tail.then(job);
    tail = run.catch(() => {});
    return run;
  };

  const write = async (ours: SessionRecord, change: object | null): Promise<void> => {
    const record = change ? ours : withGuestOf(seen.record, ours);
    const text = textOf(record);
    const isWritten = text === seen.text;
    if (!isWritten) await store.write(text);
    // What somebody else has written whole, they have told.
    isNews = isHalf(record);
    if (!isWritten && !isNews) channel?.post();
    if (guestChange === change) guestChange = null;
    seen = { text: textOf(ours), record: ours };
    if (text !== seen.text) onNews();
  };

  const restoredFrom = ({ facts }: SessionRecord): Restored => {
    isFollowing = facts.exchanging !== null && !facts.exchanging.asking;
    return { at: clock.now(), facts: { ...facts, exchanging: isFollowing } };
  };

  const hold = (secrets: Partial<SessionRecord['secrets']>) =>
    vault.put(Object.fromEntries(Object.entries(secrets).filter(([, secret]) => secret !== null)));

  /**
   * A session of ours that another one has replaced is nobody's any more; nor is one that is gone before anybody was
   * told of it: it was written over unread.
   */
  const adopt = (found: Stored) => {
    const { facts, secrets } = found.record;
    const ours = { sessionId: latest?.session, accessToken: latest?.access };
    const orphans = (['sessionId', 'accessToken'] as const)
      .filter((name) => ours[name] && (facts.session || isNews) && vault.read(name) !== secrets[name])
      .map(vault.read);
    const restored = restoredFrom(found.record);
    adoptions += 1;
    unwritten = 0;
    hasFailed = false;
    isNews = false;
    seen = found;
    // What was read need not be written again: by then somebody may have claimed the token.
    latest = restored.facts;
    guestChange = null;
    hold(found.record.secrets);
    onForeign(
      restored,
      orphans.filter((orphan) => orphan !== null),
    );
  };

  const recordOf = (facts: AuthFacts, claimed: boolean): SessionRecord => ({
    v: 1,
    facts: { ...facts, exchanging: claimed ? { by: id, at: clock.now(), asking: !facts.exchanging } : null },
    secrets: {
      requestToken: facts.token && vault.read('requestToken'),
      redirectTo: facts.token && vault.read('redirectTo'),
      accessToken: facts.access && vault.read('accessToken'),
      sessionId: facts.session && vault.read('sessionId'),
      guestId: facts.guest && vault.read('guestId'),
    },
  });

  const isOutdated = (found: Stored, ours: SessionRecord) =>
    isBehind(found.record, ours, vault.read('requestToken'));

  /** Where somebody else was first, theirs is adopted, and a session that we just made is undone. */
  const writeUnlessForeign = async (record: SessionRecord, change: object | null): Promise<void> => {
    const found = await store.read();
    if (!isOutdated(found, record) && !mayWrite(found.record, seen.record, record)) return adopt(found);
    seen = found;
    await write(record, change);
  };

  const take = (found: Stored, signal: AbortSignal): void => {
    throwIfAborted(signal);
    seen = found;
    // The guest here stays who it is.
    const { accessToken, sessionId } = found.record.secrets;
    hold({ accessToken, sessionId });
  };

  const takeSession = (found: Stored, signal: AbortSignal): Whole | null => {
    const { session, access } = found.record.facts;
    if (!session) return null;
    take(found, signal);
    return { session, access };
  };

  const claimOnce = async (signal: AbortSignal): Promise<Granted | 'busy' | null> => {
    const found = await store.read();
    // Whoever left has decided something newer.
    throwIfAborted(signal);
    const whole = takeSession(found, signal);
    if (whole) return whole;
    const { facts, secrets } = found.record;
    const isOld = latest !== null && isOutdated(found, recordOf(latest, true));
    const other = facts.exchanging?.by === id || isOld ? null : facts.exchanging;
    const isReleased = isFollowing && !other && !isOld;
    if (isReleased || isEnded(found.record, seen.record)) {
      adopt(found);
      return 'busy';
    }
    if (other) {
      const age = clock.now() - other.at;
      // By then its owner has stored a session, has given up, or is gone.
      if (age >= 0 && age < settings.requestTimeout * 0.6) return 'busy';
      if (secrets.requestToken === vault.read('requestToken')) interruptedToken = secrets.requestToken;
    }
    // Somebody else got as far as the access token, and no further.
    if (facts.access && !latest?.access) {
      take(found, signal);
      return { session: null, access: facts.access };
    }
    throwIfAborted(signal);
    seen = found;
    if (latest) await write(recordOf(latest, true), guestChange);
    isClaimed = true;
    isFollowing = false;
    const after = await store.read();
    return after.record.facts.exchanging?.by === id ? null : 'busy';
  };

  return {
    restore: (signal) =>
      inTurn(async () => {
        store.trustAgain();
        const found = await store.read();
        throwIfAborted(signal);
        seen = found;
        hold(found.record.secrets);
        const restored = restoredFrom(found.record);
        latest = restored.facts;
        return restored;
      }),
    save(facts) {
      const isKnown = sameFacts(facts, latest) && !isClaimed;
      if (!sameFacts(facts.guest, latest?.guest)) guestChange = {};
      latest = facts;
      if (!facts.exchanging) isFollowing = false;
      // What is being exchanged is written by `claim`, which looks first.
      if (isKnown || facts.exchanging) return;
      isClaimed = false;
      const record = recordOf(facts, false);
      const change = guestChange;
      const before = adoptions;
      unwritten += 1;
      // What was true before somebody else's record was adopted must not be written over it.
      inTurn(async () => {
        if (adoptions !== before) return;
        unwritten -= 1;
        await store.exclusively(() => writeUnlessForeign(record, change));
        hasFailed = false;
      }).catch((error: TmdbAuthError) => {
        hasFailed = true;
        settings.onWarning(error.failure);
        onFailure(error.failure);
      });
    },
    async flush() {
      await tail;
      if (!hasFailed || !latest || latest.exchanging) return;
      const record = recordOf(latest, false);
      await inTurn(async () => {
        if (!hasFailed) return;
        await store.exclusively(() => writeUnlessForeign(record, guestChange));
        hasFailed = false;
      }).catch(() => {});
    },
    refresh: (what, how) =>
      inTurn(async () => {
        const found = await store.read();
        // What waits to be written here is newer, and looks itself when its turn comes.
        if (unwritten > 0) return;
        if (how === 'written' && isHalf(found.record)) return;
        const ours = latest && recordOf(latest, isClaimed);
        if (ours && isOutdated(found, ours)) {
          return store.exclusively(() => writeUnlessForeign(ours, guestChange));
        }
        const [theirs, known] = [found.record.secrets, seen.record.secrets];
        const isOther = theirs.sessionId !== known.sessionId;
        const isTokenGone = known.requestToken !== null && theirs.requestToken === null;
        const isNew = what === 'all' && found.text !== seen.text && !isOnlyTurn(found.record, seen.record);
        // A claim looks for itself, and who came back with an approval does not wait for one again.
        if (latest?.exchanging && !isOther) return;
        const { exchanging, guest } = found.record.facts;
        const isAtIt = exchanging || guestChange;
        const isSameToken = theirs.requestToken === vault.read('requestToken');
        const isOtherGuest = isSameToken && !isAtIt && !sameFacts(guest, latest?.guest);
        if (isOther || isNew || (what === 'token' && (isTokenGone || isOtherGuest))) adopt(found);
      }).catch(() => {}),
    announce() {
      if (isNews) channel?.post();
      isNews = false;
    },
    async claim(signal) {
      for (;;) {
        const outcome = await inTurn(() => store.exclusively(() => claimOnce(signal))).catch((error) => {
          throwIfAborted(signal);
          settings.onWarning(error.failure ?? failure('storage_unavailable'));
          return null;
        });
        if (outcome !== 'busy') return outcome;
        await pause(clock, LOOK_AGAIN, signal);
        throwIfAborted(signal);
      }
    },
    adoptGranted: (signal) =>
      inTurn(async () => {
        const found = await store.read();
        const whole = takeSession(found, signal);
        const { access } = found.record.facts;
        if (whole || !access) return whole;
        take(found, signal);
        return { session: null, access };
      }),
    wasInterrupted: () => interruptedToken !== null && interruptedToken === vault.read('requestToken'),
  };
}

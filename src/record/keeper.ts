import { type AuthFacts, type Failure, failure, type Granted, type Restored } from '../../machines/index.ts';
import type { TmdbAuthError } from '../errors.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { pause, type WallClock } from '../lib/clock.ts';
import { isSame } from '../lib/is-same.ts';
import type { Settings } from '../options.ts';
import {
  claimFor,
  type Decision,
  decide,
  isExchanging,
  isIncomplete,
  isUnsaved,
  type Occasion,
  type Scope,
  wasInterrupted,
  withGuestOf,
} from './decide.ts';
import { createGuestMemory } from './guest-memory.ts';
import { latestOf, type Rated, withRating } from './rated.ts';
import { EMPTY_RECORD, factsIn, type SessionRecord } from './session-record.ts';
import { createRecordStore, type Stored } from './store.ts';
import type { Vault } from './vault.ts';

/** How often a client looks whether another one's exchange has ended, in ms. */
const LOOK_AGAIN = 250;

/** How much of a request's timeout another client's claim is respected for: its owner has ended by then, or is gone. */
const PATIENCE = 0.6;

export interface RecordKeeper {
  /** Reads the record and hands its secrets to the vault. Rejects with `storage_unavailable` or `record_newer`. */
  restore(signal: AbortSignal): Promise<Restored>;
  /** Writes these facts, with their secrets as they are now. Never throws; `flush` waits for it. */
  save(facts: AuthFacts): void;
  /**
   * A rating is sent as the guest. Call what it returns once, with what TMDB stored: `undefined` if that is not known,
   * null if TMDB refused it. Never throws.
   */
  sendRating(media: string): (stored: { value: number | null | undefined } | null) => void;
  /** What the guest has rated, as far as the clients of this record know. One that is under way counts as lost. */
  rated(): Promise<Rated>;
  /** Waits until nothing is left to write. What could not be written is tried once more. */
  flush(): Promise<void>;
  /**
   * Adopts what another client wrote: all of it, the end of the pending token, or only another session. With
   * `'written'` its writer has not announced it yet, so an incomplete session is left alone. Resolves to the reason
   * why the record could not be read, or null.
   */
  refresh(scope: Scope, how?: 'written'): Promise<Failure | null>;
  /** Tells the other clients of an incomplete session that was written and not announced. */
  announce(): void;
  /**
   * Writes that this client now spends the token, and reads that back. Resolves to null once the claim stands, or to
   * what another client was granted meanwhile. Waits while another client exchanges. Rejects with `record_newer`.
   */
  claim(signal: AbortSignal): Promise<Granted | null>;
  /** What another client was granted and stored, adopted, or null. */
  adoptGranted(signal: AbortSignal): Promise<Granted | null>;
  /** Another client began to exchange this token and did not come to an end. */
  wasInterrupted(): boolean;
}

/** What a record keeper works with, and whom it tells. */
export interface KeeperDependencies {
  /** Names this client among those that share the storage. */
  id: string;
  settings: Settings;
  clock: WallClock;
  vault: Vault;
  /** Another client's record is the truth now. `orphans` are secrets of this client that it leaves without an owner. */
  onAdopted(restored: Restored, orphans: string[]): void;
  /** The record holds more than this client knows. */
  onNews(): void;
  onFailure(failure: Failure): void;
}

/** Keeps the one record in step with the facts, and with the other clients (tabs, processes) on the same storage. */
export function createRecordKeeper({
  id,
  settings,
  clock,
  vault,
  onAdopted,
  onNews,
  onFailure,
}: KeeperDependencies): RecordKeeper {
  const { channel, storage } = settings;
  const { ratedIn, remembering, send, isSending } = createGuestMemory(storage.isSmall === true);
  const store = createRecordStore(settings);
  /** The record this client last agreed with. */
  let base = EMPTY_RECORD;
  /** The record as this client would have it. */
  let ours = EMPTY_RECORD;
  /** An incomplete session was written, and the other clients were not told. */
  let isUntold = false;
  let tail: Promise<unknown> = Promise.resolve();

  /** Jobs run one at a time, in order. */
  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const run = tail.then(job);
    tail = run.catch(() => {});
    return run;
  };

  const recordOf = (facts: AuthFacts): SessionRecord =>
    remembering({
      v: 1,
      facts: { ...facts, exchanging: claimFor(facts, { base, me: id, now: clock.now() }) },
      secrets: {
        requestToken: facts.token && vault.read('requestToken'),
        redirectTo: facts.token && vault.read('redirectTo'),
        accessToken: facts.access && vault.read('accessToken'),
        sessionId: facts.session && vault.read('sessionId'),
        guestId: facts.guest && vault.read('guestId'),
      },
    });

  const hold = (secrets: Partial<SessionRecord['secrets']>) =>
    vault.put(Object.fromEntries(Object.entries(secrets).filter(([, secret]) => secret !== null)));

  const follow = (record: SessionRecord): Restored => {
    base = record;
    ours = remembering(record);
    hold(record.secrets);
    saveSoon();
    return { at: clock.now(), facts: factsIn(ours, isExchanging(record)) };
  };

  /**
   * A session of this client is an orphan if another one replaced it, or if it was written over before any client was
   * told of it.
   */
  const adopt = (found: SessionRecord) => {
    const held = { sessionId: ours.facts.session, accessToken: ours.facts.access };
    const orphans = (['sessionId', 'accessToken'] as const)
      .filter((name) => held[name] && (found.facts.session || isUntold))
      .filter((name) => vault.read(name) !== found.secrets[name])
      .map(vault.read)
      .filter((orphan) => orphan !== null);
    isUntold = false;
    onAdopted(follow(found), orphans);
  };

  /** The guest of this client stays. */
  const take = (found: SessionRecord) => {
    const { accessToken, sessionId } = found.secrets;
    hold({ accessToken, sessionId });
    base = withGuestOf(base, found);
    ours = withGuestOf(ours, found);
  };

  const write = async (found: Stored, record: SessionRecord, mine: SessionRecord) => {
    const isNew = !isSame(record, found.record);
    if (isNew) await store.write(record, found);
    isUntold = isIncomplete(record);
    if (isNew && !isUntold) channel?.post(isExchanging(record) ? 'written' : undefined);
    base = mine;
    if (!isSame(record, mine)) onNews();
  };

  const decideOn = (found: Stored, occasion: Occasion): Decision =>
    decide(occasion, {
      found: found.record,
      base,
      ours,
      me: id,
      now: clock.now(),
      patience: settings.requestTimeout * PATIENCE,
      spent: vault.read('requestToken'),
    });

  /** The one place where a decision becomes an effect. */
  const apply = async (found: Stored, decision: Decision): Promise<void> => {
    switch (decision.do) {
      case 'adopt':
        return adopt(found.record);
      case 'take':
        return take(found.record);
      case 'write':
        return write(found, decision.record, ours);
      case 'claim': {
        const before = ours;
        const { exchanging } = decision.record.facts;
        const claimed = { ...ours, facts: { ...ours.facts, exchanging } };
        await write(found, decision.record, claimed);
        if (ours === before) ours = claimed;
      }
    }
  };

  const settle = async (occasion: Occasion, signal?: AbortSignal): Promise<Decision> => {
    const found = await store.read();
    if (signal) throwIfAborted(signal);
    const decision = decideOn(found, occasion);
    await apply(found, decision);
    return decision;
  };

  const saveUnsaved = async () => {
    if (!isUnsaved(ours, base)) return;
    // While this client waited for its turn, the user may have come back with the approval.
    await store.exclusively(async () => isUnsaved(ours, base) && settle({ to: 'save' }));
  };

  const saveSoon = () => {
    if (!isUnsaved(ours, base)) return;
    inTurn(saveUnsaved).catch((error: TmdbAuthError) => {
      // The store has warned of a newer record.
      if (error.code !== 'record_newer') settings.onWarning(error.failure);
      onFailure(error.failure);
    });
  };

  const claimOnce = async (signal: AbortSignal): Promise<Granted | 'busy' | null> => {
    const decision = await settle({ to: 'claim' }, signal);
    if (decision.do === 'take') return decision.granted;
    if (decision.do !== 'claim') return 'busy';
    // In a storage without locks another client may have claimed the token at the same moment.
    const { record } = await store.read();
    return record.facts.exchanging?.by === id ? null : 'busy';
  };

  return {
    restore: (signal) =>
      inTurn(async () => {
        store.trustAgain();
        const { record } = await store.read();
        throwIfAborted(signal);
        return follow(record);
      }),
    save(facts) {
      ours = recordOf(facts);
      saveSoon();
    },
    sendRating(media) {
      const arrive = send(media);
      return (stored) => {
        const isAlone = arrive();
        if (!stored) return;
        const value = isAlone ? stored.value : undefined;
        ours = remembering(ours, withRating(ratedIn(ours), { media, value }, clock.now()));
        saveSoon();
      };
    },
    async rated() {
      const { guestId } = ours.secrets;
      const found = await inTurn(() => store.read()).catch(() => null);
      const theirs = found?.record.secrets.guestId === guestId ? found.record.facts.guest?.rated : undefined;
      const rated = latestOf(ratedIn(ours), theirs);
      return isSending() ? { ...rated, unsure: clock.now() } : rated;
    },
    async flush() {
      await tail;
      await inTurn(saveUnsaved).catch(() => {});
    },
    refresh: (scope, how) =>
      inTurn(async () => {
        const found = await store.read();
        const decision = decideOn(found, { to: 'look', scope, isUnannounced: how === 'written' });
        // Facts that wait to be written are newer than what was read.
        if (isUnsaved(ours, base) || decision.do === 'write')
          await store.exclusively(() => settle({ to: 'save' }));
        else await apply(found, decision);
        return null;
      }).catch((error: TmdbAuthError) => error.failure),
    announce() {
      if (isUntold) channel?.post();
      isUntold = false;
    },
    async claim(signal) {
      for (;;) {
        const outcome = await inTurn(() => store.exclusively(() => claimOnce(signal))).catch((error) => {
          throwIfAborted(signal);
          if (error.failure?.code === 'record_newer') throw error;
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
        const decision = await settle({ to: 'recover' }, signal);
        return decision.do === 'take' ? decision.granted : null;
      }),
    wasInterrupted: () => wasInterrupted(base, vault.read('requestToken')),
  };
}

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
import { GuestMemory } from './guest-memory.ts';
import { latestOf, type Rated, withRating } from './rated.ts';
import { EMPTY_RECORD, factsIn, type SessionRecord } from './session-record.ts';
import { RecordStore, type Stored } from './store.ts';
import type { Vault } from './vault.ts';

/** How often to check whether another client's exchange has ended, in ms. */
const LOOK_AGAIN = 250;

/**
 * How long another client's claim is respected, as a share of the request timeout. By then that client has finished
 * or is gone.
 */
const CLAIM_SHARE = 0.6;

/** Dependencies and callbacks of a keeper. */
export interface KeeperDependencies {
  /** Names this client among those that share the storage. */
  id: string;
  settings: Settings;
  clock: WallClock;
  vault: Vault;
  /** Another client's record is the truth now. `orphans` are secrets of this client that no record holds any more. */
  onAdopted(restored: Restored, orphans: string[]): void;
  /** The stored record holds changes that this client has not adopted. */
  onChange(): void;
  onFailure(failure: Failure): void;
}

/** Keeps the record in sync with the facts, and with the other clients (tabs, processes) on the same storage. */
export class RecordKeeper {
  private readonly with: KeeperDependencies;
  private readonly store: RecordStore;
  private readonly guest: GuestMemory;
  /** The record this client last agreed with. */
  private base = EMPTY_RECORD;
  /** The record as this client would have it. */
  private ours = EMPTY_RECORD;
  /** An incomplete session was written and not announced to the other clients. */
  private isUnannounced = false;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(dependencies: KeeperDependencies) {
    const { settings } = dependencies;
    this.with = dependencies;
    this.store = new RecordStore(settings);
    this.guest = new GuestMemory(settings.storage.isSmall === true);
  }

  /** Reads the record and hands its secrets to the vault. Rejects with `storage_unavailable` or `record_newer`. */
  restore(signal: AbortSignal): Promise<Restored> {
    return this.inOrder(async () => {
      this.store.trustAgain();
      const { record } = await this.store.read();
      throwIfAborted(signal);
      return this.follow(record);
    });
  }

  /** Writes these facts with their current secrets. Never throws; `flush` waits for it. */
  save(facts: AuthFacts): void {
    this.ours = this.recordOf(facts);
    this.saveSoon();
  }

  /**
   * A rating is sent as the guest. Call the returned function once, with what TMDB stored: `undefined` if that is not
   * known, null if TMDB refused it. Never throws.
   */
  sendRating(media: string): (stored: { value: number | null | undefined } | null) => void {
    const arrive = this.guest.send(media);
    return (stored) => {
      const isAlone = arrive();
      if (!stored) return;
      const value = isAlone ? stored.value : undefined;
      const rated = withRating(this.guest.ratedIn(this.ours), { media, value }, this.with.clock.now());
      this.ours = this.guest.remembering(this.ours, rated);
      this.saveSoon();
    };
  }

  /**
   * The guest's ratings, as far as the clients of this record know. A rating that is being sent counts as one whose
   * answer got lost.
   */
  async rated(): Promise<Rated> {
    const { guestId } = this.ours.secrets;
    const found = await this.inOrder(() => this.store.read()).catch(() => null);
    const theirs = found?.record.secrets.guestId === guestId ? found.record.facts.guest?.rated : undefined;
    const rated = latestOf(this.guest.ratedIn(this.ours), theirs);
    return this.guest.isSending() ? { ...rated, unsure: this.with.clock.now() } : rated;
  }

  /** Waits until nothing is left to write. A failed write is tried once more. */
  async flush(): Promise<void> {
    await this.tail;
    await this.inOrder(() => this.saveUnsaved()).catch(() => {});
  }

  /**
   * Adopts what another client wrote: all of it, the end of the pending token, or only another session. With
   * `'written'` its writer has not announced it yet, so an incomplete session is left alone. Resolves to the reason
   * why the record could not be read, or null.
   */
  refresh(scope: Scope, how?: 'written'): Promise<Failure | null> {
    return this.inOrder(async () => {
      const found = await this.store.read();
      const decision = this.decideOn(found, { to: 'look', scope, isUnannounced: how === 'written' });
      // Unsaved facts are newer than the record that was read.
      if (isUnsaved(this.ours, this.base) || decision.do === 'write')
        await this.store.exclusively(() => this.settle({ to: 'save' }));
      else await this.apply(found, decision);
      return null;
    }).catch((error: TmdbAuthError) => error.failure);
  }

  /** Tells the other clients of an incomplete session that was written and not announced. */
  announce(): void {
    if (this.isUnannounced) this.with.settings.channel?.post();
    this.isUnannounced = false;
  }

  /**
   * Writes a claim on the token, and reads it back. Resolves to null once the claim stands, or to what another client
   * was granted meanwhile. Waits while another client exchanges. Rejects with `record_newer`.
   */
  async claim(signal: AbortSignal): Promise<Granted | null> {
    const { settings, clock } = this.with;
    for (;;) {
      const outcome = await this.inOrder(() => this.store.exclusively(() => this.claimOnce(signal))).catch(
        (error) => {
          throwIfAborted(signal);
          if (error.failure?.code === 'record_newer') throw error;
          settings.onWarning(error.failure ?? failure('storage_unavailable'));
          return null;
        },
      );
      if (outcome !== 'busy') return outcome;
      await pause(clock, LOOK_AGAIN, signal);
      throwIfAborted(signal);
    }
  }

  /** Adopts the session or access token that another client was granted, or resolves to null. */
  adoptGranted(signal: AbortSignal): Promise<Granted | null> {
    return this.inOrder(async () => {
      const decision = await this.settle({ to: 'recover' }, signal);
      return decision.do === 'take' ? decision.granted : null;
    });
  }

  /** Another client began to exchange this token and did not finish. */
  wasInterrupted(): boolean {
    return wasInterrupted(this.base, this.with.vault.read('requestToken'));
  }

  /** Runs one job at a time, in order of the calls. */
  private inOrder<T>(job: () => Promise<T>): Promise<T> {
    const run = this.tail.then(job);
    this.tail = run.catch(() => {});
    return run;
  }

  private recordOf(facts: AuthFacts): SessionRecord {
    const { id, clock, vault } = this.with;
    return this.guest.remembering({
      v: 1,
      facts: { ...facts, exchanging: claimFor(facts, { base: this.base, me: id, now: clock.now() }) },
      secrets: {
        requestToken: facts.token && vault.read('requestToken'),
        redirectTo: facts.token && vault.read('redirectTo'),
        accessToken: facts.access && vault.read('accessToken'),
        sessionId: facts.session && vault.read('sessionId'),
        guestId: facts.guest && vault.read('guestId'),
      },
    });
  }

  private hold(secrets: Partial<SessionRecord['secrets']>): void {
    this.with.vault.put(Object.fromEntries(Object.entries(secrets).filter(([, secret]) => secret !== null)));
  }

  private follow(record: SessionRecord): Restored {
    this.base = record;
    this.ours = this.guest.remembering(record);
    this.hold(record.secrets);
    this.saveSoon();
    return { at: this.with.clock.now(), facts: factsIn(this.ours, isExchanging(record)) };
  }

  /**
   * A session of this client is an orphan if another one replaced it, or if it was written over before any client was
   * told of it.
   */
  private adopt(found: SessionRecord): void {
    const { vault, onAdopted } = this.with;
    const { session, access } = this.ours.facts;
    const held = { sessionId: session, accessToken: access };
    const orphans = (['sessionId', 'accessToken'] as const)
      .filter((name) => held[name] && (found.facts.session || this.isUnannounced))
      .filter((name) => vault.read(name) !== found.secrets[name])
      .map((name) => vault.read(name))
      .filter((orphan) => orphan !== null);
    this.isUnannounced = false;
    onAdopted(this.follow(found), orphans);
  }

  /** This client keeps its own guest. */
  private take(found: SessionRecord): void {
    const { accessToken, sessionId } = found.secrets;
    this.hold({ accessToken, sessionId });
    this.base = withGuestOf(this.base, found);
    this.ours = withGuestOf(this.ours, found);
  }

  private async write(found: Stored, record: SessionRecord, mine: SessionRecord): Promise<void> {
    const { settings, onChange } = this.with;
    const isNew = !isSame(record, found.record);
    if (isNew) await this.store.write(record, found);
    this.isUnannounced = isIncomplete(record);
    if (isNew && !this.isUnannounced) settings.channel?.post(isExchanging(record) ? 'written' : undefined);
    this.base = mine;
    if (!isSame(record, mine)) onChange();
  }

  private decideOn(found: Stored, occasion: Occasion): Decision {
    const { id, settings, clock, vault } = this.with;
    return decide(occasion, {
      found: found.record,
      base: this.base,
      ours: this.ours,
      me: id,
      now: clock.now(),
      patience: settings.requestTimeout * CLAIM_SHARE,
      spent: vault.read('requestToken'),
    });
  }

  /** The one place where a decision becomes an effect. */
  private async apply(found: Stored, decision: Decision): Promise<void> {
    const ours = this.ours;
    switch (decision.do) {
      case 'adopt':
        return this.adopt(found.record);
      case 'take':
        return this.take(found.record);
      case 'write':
        return this.write(found, decision.record, ours);
      case 'claim': {
        const { exchanging } = decision.record.facts;
        const claimed = { ...ours, facts: { ...ours.facts, exchanging } };
        await this.write(found, decision.record, claimed);
        if (this.ours === ours) this.ours = claimed;
      }
    }
  }

  private async settle(occasion: Occasion, signal?: AbortSignal): Promise<Decision> {
    const found = await this.store.read();
    if (signal) throwIfAborted(signal);
    const decision = this.decideOn(found, occasion);
    await this.apply(found, decision);
    return decision;
  }

  private async saveUnsaved(): Promise<void> {
    if (!isUnsaved(this.ours, this.base)) return;
    await this.store.exclusively(async () => {
      // The user may have come back with the approval while this client waited for the lock.
      if (isUnsaved(this.ours, this.base)) await this.settle({ to: 'save' });
    });
  }

  private saveSoon(): void {
    if (!isUnsaved(this.ours, this.base)) return;
    const { settings, onFailure } = this.with;
    this.inOrder(() => this.saveUnsaved()).catch((error: TmdbAuthError) => {
      // The store has warned of a newer record.
      if (error.code !== 'record_newer') settings.onWarning(error.failure);
      onFailure(error.failure);
    });
  }

  private async claimOnce(signal: AbortSignal): Promise<Granted | 'busy' | null> {
    const decision = await this.settle({ to: 'claim' }, signal);
    if (decision.do === 'take') return decision.granted;
    if (decision.do !== 'claim') return 'busy';
    // In a storage without locks another client may have claimed the token at the same moment.
    const { record } = await this.store.read();
    return record.facts.exchanging?.by === this.with.id ? null : 'busy';
  }
}

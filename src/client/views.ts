import { type AuthSnapshot, type AuthView, type FailureCode, toView } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { isSame } from '../lib/is-same.ts';
import { localized, type Messages } from '../lib/messages.ts';

interface Waiter {
  predicate(snapshot: AuthSnapshot): boolean;
  resolve(): void;
  reject(error: TmdbAuthError): void;
}

export type Views = ReturnType<typeof createViews>;

/** The actor as others see it: views that change only when something did, and waits that always end. */
export function createViews(read: () => AuthSnapshot, messages: Messages) {
  let listeners: ((view: AuthView) => void)[] = [];
  let waiters: Waiter[] = [];
  let snapshot: AuthSnapshot | null = null;
  let view: AuthView | null = null;
  let announced: AuthView | null = null;
  /** Why the client has ended, or null. */
  let endedWith: FailureCode | null = null;

  const getView = (): AuthView => {
    const current = read();
    if (view && snapshot === current) return view;
    snapshot = current;
    const now = viewIn(messages, current);
    view = view ? sameParts(view, now) : now;
    return view;
  };

  return {
    getView,
    subscribe(listener: (view: AuthView) => void) {
      // Wrapped, so that one function subscribed twice is two subscriptions.
      const entry = (changed: AuthView) => listener(changed);
      if (listeners.length === 0) announced = getView();
      listeners = [...listeners, entry];
      return () => {
        listeners = listeners.filter((one) => one !== entry);
      };
    },
    /** Call it after every step of the machine. Never waits for a listener. */
    update() {
      const current = read();
      for (const waiter of waiters) if (waiter.predicate(current)) waiter.resolve();
      // Views cost more than steps, so they are made for listeners only.
      if (listeners.length === 0) return;
      const changed = getView();
      if (changed === announced) return;
      announced = changed;
      for (const listener of listeners) {
        try {
          if (listeners.includes(listener)) listener(changed);
        } catch (error) {
          // A listener's error is reported like any uncaught one, and does not stop the other listeners.
          setTimeout(() => {
            throw error;
          });
        }
      }
    },
    /** Resolves once the machine is in such a state; rejects when the client has ended. */
    until(predicate: (snapshot: AuthSnapshot) => boolean): Promise<void> {
      return new Promise((resolve, reject) => {
        if (endedWith) return reject(new TmdbAuthError(endedWith));
        if (predicate(read())) return resolve();
        const waiter: Waiter = {
          predicate,
          resolve() {
            waiters = waiters.filter((one) => one !== waiter);
            resolve();
          },
          reject,
        };
        waiters = [...waiters, waiter];
      });
    },
    end(why: FailureCode) {
      endedWith ??= why;
      listeners = [];
      for (const waiter of waiters) waiter.reject(new TmdbAuthError(endedWith));
      waiters = [];
    },
  };
}

/** The machine speaks English; views have the app's own texts. */
function viewIn(messages: Messages, snapshot: AuthSnapshot): AuthView {
  const view = toView(snapshot);
  return view.failure ? { ...view, failure: localized(messages, view.failure) } : view;
}

type Parts = { [Name in keyof AuthView]: unknown };

/** The new view, in which every unchanged part is the same object as before; the old view if nothing changed. */
function sameParts(before: Parts, after: Parts): AuthView {
  const names = Object.keys(after) as (keyof AuthView)[];
  for (const name of names) {
    // The machine makes a new `carryOver` only when it changes. It may be long, so it is not compared in depth.
    if (name !== 'carryOver' && isSame(before[name], after[name])) after[name] = before[name];
  }
  return (names.every((name) => before[name] === after[name]) ? before : after) as AuthView;
}

import type { ClientCore } from '../client/backend.ts';
import { Exchange, type Exchanging, type Work } from '../client/exchange.ts';
import type { Vault } from '../record/vault.ts';
import type { Client } from '../tmdb/client.ts';
import { deleteSession, newSession } from '../tmdb/endpoints.ts';

export interface ExchangesDependencies
  extends Exchanging,
    Pick<ClientCore, 'snapshot' | 'facts' | 'isDisposed'> {
  client: Client;
  vault: Vault;
}

type SessionExchange = Exchange<{ secret: string }, ExchangesDependencies>;

/** The irreversible steps, each made when it is first needed. */
export class Exchanges {
  /** All exchanges that were made, v4's too. */
  readonly made: Pick<SessionExchange, 'sweep' | 'undo' | 'disown'>[] = [];
  private v3: SessionExchange | undefined;

  /** Exchanges v3's request token for a session. */
  session(on: ExchangesDependencies): SessionExchange {
    if (!this.v3) {
      this.v3 = new Exchange(on, SESSION);
      this.made.push(this.v3);
    }
    return this.v3;
  }
}

/** The user is signed in with that session. */
export const isSession = ({ facts, vault }: ExchangesDependencies, secret: string): boolean =>
  facts().session !== null && vault.read('sessionId') === secret;

/** The machine holds that request token. */
export const isPending = ({ facts, vault, isDisposed }: ExchangesDependencies, token: string): boolean =>
  !isDisposed() && facts().token !== null && vault.read('requestToken') === token;

const SESSION: Work<{ secret: string }, ExchangesDependencies> = {
  make: ({ client }, signal, token) => newSession(client, signal, token),
  unmake: ({ client }, signal, secret) => deleteSession(client, signal, secret),
  isTaken: isSession,
  isWanted: isPending,
};

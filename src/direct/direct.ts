import type { ApiVersion, TokenFacts } from '../../machines/index.ts';
import type { ClientCore } from '../client/backend.ts';
import type { Exchange } from '../client/exchange.ts';
import type { TmdbSettings } from '../options.ts';
import type { RecordKeeper } from '../record/keeper.ts';
import type { Vault } from '../record/vault.ts';
import type { Client } from '../tmdb/client.ts';

/** A request token fetched ahead of the click that will need it. Epoch ms. */
export interface Prepared extends TokenFacts {
  requestToken: string;
  /** Where TMDB sends the user back to; in v4 the token knows it. */
  redirectTo?: string;
}

/** The steps that cannot be taken back, each made when it is first needed. */
export interface Exchanges {
  /** v3's request token for a session. */
  session(): Exchange<{ secret: string }>;
  /** All that were made, those of v4 too. */
  made: Set<Pick<Exchange<{ secret: string }>, 'sweep' | 'undo' | 'disown'>>;
}

/** The part of a client that only v4 needs. */
export interface V4 {
  requestToken(signal: AbortSignal, redirectTo?: string): Promise<{ requestToken: string; lifetime: number }>;
  /** Its request token for an access token. */
  access: Exchange<{ secret: string; accountObjectId: string }>;
  /** An access token for a session. */
  conversion: Exchange<{ secret: string }>;
}

/** A client that asks TMDB itself, as its steps see it. */
export interface Direct extends ClientCore {
  settings: TmdbSettings;
  vault: Vault;
  record: RecordKeeper;
  client: Client;
  exchanges: Exchanges;
  v4(): V4 | Promise<V4>;
  /** The user has rated that through this client, in this session. */
  hasRated(media: string): boolean;
  /** Empties the slot: a token is used once. Null too if it is for another API, or (v4) leads back to another place. */
  takePrepared(apiVersion: ApiVersion, redirectTo?: string): Promise<Prepared | null>;
}

import type { TokenFacts } from '../../machines/index.ts';
import type { ClientCore } from '../client/backend.ts';
import type { Exchange } from '../client/exchange.ts';
import type { TmdbSettings } from '../options.ts';
import type { RecordKeeper } from '../record/keeper.ts';
import type { Vault } from '../record/vault.ts';
import type { Client } from '../tmdb/client.ts';
import type { Exchanges, ExchangesDependencies } from './exchanges.ts';
import type { OwnRatings } from './own-ratings.ts';
import type { Preparation } from './prepare.ts';

/** A request token fetched ahead of the click that will need it. Epoch ms. */
export interface Prepared extends TokenFacts {
  requestToken: string;
  /** Where TMDB sends the user back to; a v4 token is bound to it. */
  redirectTo?: string;
}

/** The part of a client that only v4 needs. */
export interface V4 {
  requestToken(signal: AbortSignal, redirectTo?: string): Promise<{ requestToken: string; lifetime: number }>;
  /** Exchanges v4's request token for an access token. */
  access: Exchange<{ secret: string; accountObjectId: string }, ExchangesDependencies>;
  /** Converts an access token into a session. */
  conversion: Exchange<{ secret: string }, ExchangesDependencies>;
}

/** A client that asks TMDB itself, as its steps see it. */
export interface Direct extends ClientCore {
  settings: TmdbSettings;
  vault: Vault;
  record: RecordKeeper;
  client: Client;
  exchanges: Exchanges;
  v4(): V4 | Promise<V4>;
  ownRatings: OwnRatings;
  preparation: Preparation;
}

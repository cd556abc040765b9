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

/** The steps that cannot be taken back: v3's request token for a session, v4's for an access token, and that for a session. */
export interface Exchanges {
  session: Exchange<{ secret: string }>;
  access: Exchange<{ secret: string; accountObjectId: string }>;
  conversion: Exchange<{ secret: string }>;
}

/** A client that asks TMDB itself, as its steps see it. */
export interface Direct extends ClientCore {
  settings: TmdbSettings;
  vault: Vault;
  record: RecordKeeper;
  client: Client;
  exchanges: Exchanges;
  /** The user has rated that through this client, in this session. */
  hasRated(media: string): boolean;
  /** Empties the slot: a token is used once. Null too if it is for another API, or (v4) leads back to another place. */
  takePrepared(apiVersion: ApiVersion, redirectTo?: string): Promise<Prepared | null>;
}

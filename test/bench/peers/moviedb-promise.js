/** The three calls; the page, the way back and the storage are left to whoever uses it. */
import { MovieDb } from 'moviedb-promise';

export const createClient = (apiKey) => new MovieDb(apiKey);
export const requestToken = (client) => client.requestToken();
export const retrieveSession = (client) => client.retrieveSession();
export const accountOf = (client) => client.accountInfo();

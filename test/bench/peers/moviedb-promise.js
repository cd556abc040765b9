/** The three requests; the page, the return and the storage are left to the app. */
import { MovieDb } from 'moviedb-promise';

export const createClient = (apiKey) => new MovieDb(apiKey);
export const requestToken = (client) => client.requestToken();
export const retrieveSession = (client) => client.retrieveSession();
export const accountOf = (client) => client.accountInfo();

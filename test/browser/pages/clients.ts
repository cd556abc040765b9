import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { makeClients } from './by-name.ts';

/** A page with several clients. */
makeClients(() => createBrowserAuth);

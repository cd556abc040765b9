import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { createTmdbAuth } from '../../direct/create-tmdb-auth.ts';
import { hostFetch } from '../../lib/host-fetch.ts';
import {
  type Credentials,
  defaultStorageKey,
  messagesOf,
  type TmdbAuthOptions,
  warningOf,
} from '../../options.ts';
import type { StoragePort, Visit } from '../../ports.ts';
import { repeating } from '../../tmdb/again.ts';
import { hasBrowser, type Opening, openBrowser } from './browser.ts';
import { defaultFolder } from './default-folder.ts';
import { addressesFromEnvironment, readCredentials } from './environment.ts';
import { explaining } from './explaining.ts';
import { fileStorage } from './file-storage.ts';
import { folderChannel } from './folder-channel.ts';
import type { Loopback } from './loopback.ts';
import { profileKey } from './profiles.ts';
import type { SecretsPort } from './secrets-port.ts';
import { splitStorage, wholeStorage } from './split-storage.ts';

/** When TMDB is asked first where nobody can come back to this machine, in ms. */
const POLL_INTERVAL = 3_000;
/**
 * When TMDB is asked first while a browser shows the page, in ms. The return may never arrive: the browser runs on
 * another machine (WSL, a container, an editor's remote session), or the user approved on a phone.
 */
const SLOW_POLL_INTERVAL = 15_000;

/** Options of `createNodeAuth`. */
export interface CreateNodeAuthOptions
  extends Omit<TmdbAuthOptions, 'credentials' | 'navigator' | 'channel'> {
  /** The application's own credential. Default: the environment's `TMDB_ACCESS_TOKEN`, else its `TMDB_API_KEY`. */
  credentials?: Credentials;
  /** Where the API is, without the version. Default: the environment's `TMDB_BASE_URL`, else `https://api.themoviedb.org`. */
  baseURL?: string;
  /** Where users approve. Default: the environment's `TMDB_WEB_URL`, else `https://www.themoviedb.org`. */
  webURL?: string;
  /** Where the record is kept. Default: `fileStorage(folder)`. */
  storage?: StoragePort;
  /** Folder of the private file that keeps the record. Default: the user's own for configuration. */
  folder?: string;
  /**
   * A record of its own beside the others in `folder`, for another account: up to 40 letters, digits, `-` and `_`; case
   * does not count. Default: `default`, the record of clients without a profile.
   */
  profile?: string;
  /** Where the session is kept apart from the file, which keeps the facts: `keychain()`. Default: in the file. */
  secrets?: SecretsPort;
  /** Other users may write to `folder` (a container's `/config`), and that is meant: no warning. Default: `false`. */
  sharedFolder?: boolean;
  /**
   * When to ask TMDB first whether the user approved, in ms; then up to 2.7 times less often. Default: `15000` while a
   * browser shows the page, `3000` where none does.
   */
  pollInterval?: number;
  /** Port on 127.0.0.1 for the way back from TMDB. Default: `0`, any that is free. */
  port?: number;
  /**
   * Opens the approval page: `true` the user's browser, `false` nobody (show the address and poll), or a function
   * that opens it. Default: `true` where there is a screen.
   */
  browser?: boolean | ((approvalUrl: string) => Promise<void>);
  /** Told the approval page's address; `isOpen`: a browser shows it. Default: unless it is open, written to stderr, in a terminal with a QR code if it fits. */
  onApprovalUrl?: (approvalUrl: string, isOpen: boolean) => void;
}

/**
 * A client for programs: `login()` opens the browser, waits on 127.0.0.1 for the user to come back, and keeps the
 * session in a private file. As the return may not arrive, TMDB is asked as well, first after 15 s, then less and less
 * often (every 40 to 50 s). Where no browser can come back it shows the address and asks TMDB, first after 3 s, then
 * every 8 to 10 s.
 *
 * @example
 * ```ts
 * import { createNodeAuth } from 'tmdb-auth/node';
 *
 * using auth = createNodeAuth(); // reads TMDB_ACCESS_TOKEN
 * const { account } = await auth.login();
 * console.log(`Hello ${account?.username}`);
 * ```
 */
export function createNodeAuth(options: CreateNodeAuthOptions = {}): TmdbAuth {
  const {
    folder,
    profile,
    secrets,
    port = 0,
    browser = hasBrowser(),
    onApprovalUrl = showUnlessOpen,
    ...rest
  } = options;
  const opener = browser === true ? openBrowser : browser && openingBy(browser);
  const environment = addressesFromEnvironment();
  const baseURL = rest.baseURL ?? environment.baseURL;
  const webURL = rest.webURL ?? environment.webURL;
  const intervalOf = (ownDefault: number) => rest.pollInterval ?? ownDefault;
  if (secrets && rest.storage) {
    throw new TypeError('tmdb-auth: secrets goes with the private file: leave out storage.');
  }

  const auth = createTmdbAuth({
    ...rest,
    ...(baseURL !== undefined && { baseURL }),
    ...(webURL !== undefined && { webURL }),
    storageKey: profileKey(rest.storageKey ?? defaultStorageKey(baseURL), profile),
    fetch: rest.fetch ? repeating(rest.fetch) : explaining(repeating(hostFetch), baseURL),
    credentials: rest.credentials ?? readCredentials(messagesOf(rest)),
    ...(rest.storage
      ? {}
      : {
          storage: recordStorage(options),
          channel: folderChannel(() => folder ?? defaultFolder()),
        }),
    navigator: {
      async visit(): Promise<Visit> {
        const loopback = opener ? await listenOrNull() : null;
        let isOver = false;
        const visit: Visit = {
          ...(loopback && { redirectTo: loopback.redirectTo }),
          pollInterval: intervalOf(loopback ? SLOW_POLL_INTERVAL : POLL_INTERVAL),
          async open(approvalUrl) {
            const show = (isOpen: boolean) => {
              if (isOver) return;
              if (!isOpen) visit.pollInterval = intervalOf(POLL_INTERVAL);
              onApprovalUrl(approvalUrl, isOpen);
            };
            if (!opener) return show(false);
            const { opened, ended } = opener(approvalUrl);
            await opened.then(() => show(true)).catch(() => {});
            await ended.catch(() => show(false));
          },
          close() {
            isOver = true;
            loopback?.close(auth.getView);
          },
        };
        return visit;
      },
    },
  });

  /** Without a way back there is still polling. */
  const listenOrNull = async (): Promise<Loopback | null> => {
    const { listenForCallback } = await import('./loopback.ts');
    return listenForCallback(port, (url) => auth.handleCallback(url)).catch(() => null);
  };

  return auth;
}

/** The private file, whose secrets are where the options say. */
function recordStorage(options: CreateNodeAuthOptions): StoragePort {
  const { folder, secrets, sharedFolder = false } = options;
  const onWarning = warningOf(options);
  const files = fileStorage(folder, { sharedFolder, onWarning });
  return secrets
    ? splitStorage(files, { folder: folder ?? defaultFolder(), secrets, onWarning })
    : wholeStorage(files);
}

/** A program's own function is done once it has shown the page. */
function openingBy(browser: (approvalUrl: string) => Promise<void>): (approvalUrl: string) => Opening {
  return (approvalUrl) => {
    const opened = (async () => browser(approvalUrl))();
    return { opened, ended: opened };
  };
}

/** With a QR code where somebody sees it: the phone in their hand can approve as well. */
async function showUnlessOpen(approvalUrl: string, isOpen: boolean) {
  const { stderr } = process;
  if (isOpen) return;
  stderr.write(`Open this page and approve: ${approvalUrl}\n`);
  if (!stderr.isTTY) return;
  const { qrCodeFor } = await import('./qr-code.ts');
  stderr.write(`${qrCodeFor(approvalUrl, stderr)}\n`);
}

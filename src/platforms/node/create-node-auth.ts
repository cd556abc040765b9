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

/** First poll if the return cannot reach this machine, in ms. */
const POLL_INTERVAL = 3_000;
/**
 * First poll while a browser shows the page, in ms. The return may never arrive: the browser runs on another machine
 * (WSL, a container, an editor's remote session), or the user approved on a phone.
 */
const SLOW_POLL_INTERVAL = 15_000;

/** Options of `createNodeAuth`. */
export interface CreateNodeAuthOptions
  extends Omit<TmdbAuthOptions, 'credentials' | 'navigator' | 'channel'> {
  /** The application's credential. Default: the environment's `TMDB_ACCESS_TOKEN`, else its `TMDB_API_KEY`. */
  credentials?: Credentials;
  /**
   * The API's address, without the version. Default: the environment's `TMDB_BASE_URL`, else
   * `https://api.themoviedb.org`.
   */
  baseURL?: string;
  /** Where users approve. Default: the environment's `TMDB_WEB_URL`, else `https://www.themoviedb.org`. */
  webURL?: string;
  /** Where the record is kept. Default: `fileStorage(folder)`. */
  storage?: StoragePort;
  /** Folder of the private file that keeps the record. Default: the user's configuration folder. */
  folder?: string;
  /**
   * Name of a separate record in `folder`, for another account: up to 40 letters, digits, `-` and `_`, ignoring case.
   * Default: `default`, the record of clients without a profile.
   */
  profile?: string;
  /** Where the secrets are kept instead of in the file: `keychain()`. Default: in the file. */
  secrets?: SecretsPort;
  /** Do not warn that other users may write to `folder` (a container's `/config`). Default: `false`. */
  sharedFolder?: boolean;
  /**
   * When to poll TMDB first for the approval, in ms; later up to 2.7 times less often. Default: `15000` while a
   * browser shows the page, else `3000`.
   */
  pollInterval?: number;
  /** Port on 127.0.0.1 for the return from TMDB. Default: `0`, any free port. */
  port?: number;
  /**
   * How to open the approval page: `true`: in the user's browser; `false`: not at all (show the address and poll); or
   * a function that opens it. Default: `true` if there is a screen.
   */
  browser?: boolean | ((approvalUrl: string) => Promise<void>);
  /**
   * Called with the approval page's address; `isOpen`: a browser shows it. Default: unless open, writes it to stderr,
   * in a terminal also as a QR code if that fits.
   */
  onApprovalUrl?: (approvalUrl: string, isOpen: boolean) => void;
}

/**
 * A client for programs: `login()` opens the browser, waits on 127.0.0.1 for the return, and keeps the session in a
 * private file. As the return may not arrive, it also polls TMDB, first after 15 s, then less and less often (every
 * 40 to 50 s). If no browser can be opened, it shows the address and polls, first after 3 s, then every 8 to 10 s.
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
        let isClosed = false;
        const visit: Visit = {
          ...(loopback && { redirectTo: loopback.redirectTo }),
          pollInterval: intervalOf(loopback ? SLOW_POLL_INTERVAL : POLL_INTERVAL),
          async open(approvalUrl) {
            const show = (isOpen: boolean) => {
              if (isClosed) return;
              if (!isOpen) visit.pollInterval = intervalOf(POLL_INTERVAL);
              onApprovalUrl(approvalUrl, isOpen);
            };
            if (!opener) return show(false);
            const { opened, ended } = opener(approvalUrl);
            await opened.then(() => show(true)).catch(() => {});
            await ended.catch(() => show(false));
          },
          close() {
            isClosed = true;
            loopback?.close(auth.getView);
          },
        };
        return visit;
      },
    },
  });

  /** Null if the port is not available: polling still works. */
  const listenOrNull = async (): Promise<Loopback | null> => {
    const { listenForCallback } = await import('./loopback.ts');
    return listenForCallback(port, (url) => auth.handleCallback(url)).catch(() => null);
  };

  return auth;
}

/** The private file, with its secrets in the file or in `secrets`. */
function recordStorage(options: CreateNodeAuthOptions): StoragePort {
  const { folder, secrets, sharedFolder = false } = options;
  const onWarning = warningOf(options);
  const files = fileStorage(folder, { sharedFolder, onWarning });
  return secrets
    ? splitStorage(files, { folder: folder ?? defaultFolder(), secrets, onWarning })
    : wholeStorage(files);
}

/** An app's own `browser` function resolves when it has shown the page. */
function openingBy(browser: (approvalUrl: string) => Promise<void>): (approvalUrl: string) => Opening {
  return (approvalUrl) => {
    const opened = (async () => browser(approvalUrl))();
    return { opened, ended: opened };
  };
}

/** Shows a QR code in a terminal: the user can approve on a phone as well. */
async function showUnlessOpen(approvalUrl: string, isOpen: boolean) {
  const { stderr } = process;
  if (isOpen) return;
  stderr.write(`Open this page and approve: ${approvalUrl}\n`);
  if (!stderr.isTTY) return;
  const { qrCodeFor } = await import('./qr-code.ts');
  stderr.write(`${qrCodeFor(approvalUrl, stderr)}\n`);
}

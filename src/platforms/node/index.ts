/**
 * For programs: opens the browser, waits on 127.0.0.1 for the return, keeps the session in a private file.
 * @module tmdb-auth/node
 */
export { type CreateNodeAuthOptions, createNodeAuth } from './create-node-auth.ts';
export { credentialsFromEnvironment, optionsFromEnvironment } from './environment.ts';
export { type FileStorageOptions, fileStorage } from './file-storage.ts';
export { fromUnstorage, type UnstorageLike } from './from-unstorage.ts';
export { keychain } from './keychain.ts';
export { type ListProfilesOptions, listProfiles, type Profile } from './profiles.ts';
export { qrCode } from './qr-code.ts';
export type { SecretsPort } from './secrets-port.ts';

export {
  type CreateNodeAuthOptions,
  createNodeAuth,
  credentialsFromEnvironment,
  optionsFromEnvironment,
} from './create-node-auth.ts';
export { fileStorage } from './file-storage.ts';
export { fromUnstorage, type UnstorageLike } from './from-unstorage.ts';
export { qrCode } from './qr-code.ts';

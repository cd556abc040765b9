export {
  type CreateBrowserAuthOptions,
  createBrowserAuth,
  type ThroughServerOptions,
} from './create-browser-auth.ts';

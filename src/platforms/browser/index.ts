export { type CreateBrowserAuthOptions, createBrowserAuth } from './create-browser-auth.ts';

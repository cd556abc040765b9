export { startSandbox } from 'tmdb-auth/sandbox';

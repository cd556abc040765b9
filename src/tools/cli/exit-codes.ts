/** Exit codes of the commands. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** The command, an option or the credentials are invalid: TMDB was not asked. */
  usage: 2,
  /** The command worked; nobody is signed in. */
  signedOut: 3,
  /** Ctrl-C: 128 + SIGINT. */
  cancelled: 130,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const;

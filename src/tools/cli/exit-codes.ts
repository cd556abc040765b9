/** What a command's end tells the shell. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** The command, an option or the credentials are wrong: nothing was tried. */
  usage: 2,
  /** It worked, and the answer is that nobody is signed in. */
  nobody: 3,
  /** Ctrl-C, as shells count it: 128 + SIGINT. */
  cancelled: 130,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const;

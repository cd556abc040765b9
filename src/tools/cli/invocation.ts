import type { Output } from './output.ts';

export interface Invocation {
  /** The command's own name. */
  name: string;
  /** What follows the name. */
  args?: string[];
  options: {
    json?: boolean;
    folder?: string;
    /** The record of its own that the client uses. */
    profile?: string;
    /** Other users may write to the folder, and that is meant. */
    sharedFolder?: boolean;
    browser?: boolean;
    port?: number;
    /** Signs in for TMDB's v4 as well. */
    v4?: boolean;
    /** The guest's ratings replace the user's. */
    overwrite?: boolean;
    /** Another device approves. */
    qr?: boolean;
    /** Signs in by password. */
    username?: string;
    /** The viewer to show the client in; `true` for the usual one. */
    inspect?: string | true;
    /** The address that the sandbox listens on. */
    host?: string;
    /** The names of the sandbox's users. */
    user?: string[];
    /** The file that keeps the sandbox's state. */
    state?: string;
    /** The sandbox can be controlled over HTTP, from whatever can reach it. */
    control?: boolean;
    /** An agent may change something, too. */
    write?: boolean;
    /** Origins of pages. */
    allow?: string[];
  };
  output: Output;
}

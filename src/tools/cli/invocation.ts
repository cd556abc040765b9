import type { Output } from './output.ts';

export interface GivenField {
  /** `key=value` */
  text: string;
  /** The value is a text, whatever it looks like. */
  isRaw: boolean;
}

export interface Invocation {
  /** The command's own name: `login`, `list create`. */
  name: string;
  /** What was given besides options. */
  args: string[];
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
    /** The demo signs in at the TMDB of the credentials. */
    real?: boolean;
    /** Takes back what the command does otherwise. */
    remove?: boolean;
    /** The user alone sees the list. */
    private?: boolean;
    /** Of a list. */
    description?: string;
    /** Of a request. */
    method?: string;
    /** Fields of a request, in the order they were given in. */
    field?: GivenField[];
    /** Headers of a request: `name: value`. */
    header?: string[];
    /** The file that is the request's body, or `-`. */
    input?: string;
    paginate?: boolean;
    silent?: boolean;
    /** Shows the answer's headers too. */
    include?: boolean;
  };
  output: Output;
}

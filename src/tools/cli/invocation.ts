import type { Output } from './output.ts';

export interface GivenField {
  /** `key=value` */
  text: string;
  /** The value stays a string. */
  isRaw: boolean;
}

export interface Invocation {
  /** The command's own name: `login`, `list create`. */
  name: string;
  /** The positional arguments. */
  args: string[];
  options: {
    json?: boolean;
    folder?: string;
    /** The profile, which has its own record. */
    profile?: string;
    /** The folder is writable for other users on purpose. */
    sharedFolder?: boolean;
    browser?: boolean;
    port?: number;
    /** Signs in for TMDB's v4 as well. */
    v4?: boolean;
    /** Guest ratings replace the user's. */
    overwrite?: boolean;
    /** Another device approves. */
    qr?: boolean;
    /** Signs in by password. */
    username?: string;
    /** The viewer to connect to; `true` for the default one. */
    inspect?: string | true;
    /** The sandbox's listen address. */
    host?: string;
    /** User names of the sandbox. */
    user?: string[];
    /** The file that keeps the sandbox's state. */
    state?: string;
    /** The sandbox can be controlled over HTTP by every host that can reach it. */
    control?: boolean;
    /** The agent may change data. */
    write?: boolean;
    /** Origins of pages that the viewer accepts. */
    allow?: string[];
    /** The demo signs in at the TMDB of the credentials, not at a local one. */
    real?: boolean;
    /** Undoes the mark or rating instead of setting it. */
    remove?: boolean;
    /** A private list. */
    private?: boolean;
    /** Description of a list. */
    description?: string;
    /** Method of a request. */
    method?: string;
    /** Fields of a request, in the order they were given in. */
    field?: GivenField[];
    /** Headers of a request: `name: value`. */
    header?: string[];
    /** The file that is the request's body, or `-`. */
    input?: string;
    paginate?: boolean;
    silent?: boolean;
    /** Also prints the answer's status and headers. */
    include?: boolean;
  };
  output: Output;
}

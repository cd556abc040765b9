import type { Parser } from './parser.ts';
import { addresses } from './parsers/addresses.ts';
import { handler } from './parsers/handler.ts';
import { messages } from './parsers/messages.ts';
import { options } from './parsers/options.ts';
import { stored } from './parsers/records.ts';
import { sealed } from './parsers/sealed.ts';
import { talks } from './parsers/talks.ts';
import { targets } from './parsers/targets.ts';
import { tmdb } from './parsers/tmdb.ts';

/** All code that reads outside data. */
export const TABLE: readonly Parser[] = [
  ...tmdb,
  ...talks,
  ...stored,
  ...addresses,
  ...targets,
  ...sealed,
  ...handler,
  ...options,
  ...messages,
];

import type { CallToolResult } from '@modelcontextprotocol/server';
import { type FailureCode, TmdbAuthError } from '../../index.ts';

/** The result, also as text for clients that ignore structured content. As JSON, so that no title can fake a row. */
export const resultOf = (data: Record<string, unknown>): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(data) }],
  structuredContent: data,
});

/** Replace messages that address the user, as the reader is an agent. */
const MESSAGES: Partial<Record<FailureCode, string>> = {
  approval_denied: 'The user did not approve the request on TMDB.',
  token_expired: 'The user did not approve the request in time.',
};

/** Advice for developers at the end of messages. An agent gets `tmdb-auth mcp --v4` instead. */
const FOR_DEVELOPERS = /: create the client with .*$/;

/** Advice for the agent, after the message. */
const NEXT: Partial<Record<FailureCode, string>> = {
  approval_denied: 'Do not ask again unless the user wants to.',
  exchange_interrupted: 'Call sign_in.',
  invalid_api_key: 'The user has to correct TMDB_ACCESS_TOKEN in the configuration of this server.',
  not_allowed:
    'Private lists and series on lists need tmdb-auth mcp --v4 and a new sign-in; guests only rate.',
  not_found: 'Take ids from search_titles or my_lists: a film and a series may have the same id.',
  session_denied: 'Call sign_in.',
  session_invalid: 'Call sign_in and give the user the address.',
  token_expired: 'Call sign_in for a new address.',
};

/** An error with its cause and advice. Unknown errors are not quoted: they may hold a URL with a secret. */
export function errorOf(error: unknown): CallToolResult {
  const { failure } = TmdbAuthError.is(error) ? error : new TmdbAuthError('unexpected');
  const { code, message, retryAfter } = failure;
  const parts = [
    MESSAGES[code] ?? message.replace(FOR_DEVELOPERS, '.'),
    retryAfter ? `Wait ${Math.ceil(retryAfter / 1_000)} s.` : '',
    NEXT[code] ?? '',
  ];
  return {
    isError: true,
    content: [{ type: 'text', text: `${parts.filter(Boolean).join(' ')} (${code})` }],
  };
}

import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Reply } from './chromium.ts';

/** Passes a Node request to a handler for web requests, and returns its reply. */
export async function replyOf(
  answer: (request: Request) => Promise<Response>,
  origin: string,
  request: IncomingMessage,
): Promise<Reply> {
  const { method = 'GET', url = '/' } = request;
  const body = method === 'GET' ? null : await text(request);
  const response = await answer(
    new Request(origin + url, { method, body, headers: request.headers as Record<string, string> }),
  );
  const { 'set-cookie': _, ...headers } = Object.fromEntries(response.headers);
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
    headers: { ...headers, 'set-cookie': response.headers.getSetCookie() },
  };
}

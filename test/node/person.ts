import { request } from 'node:http';
import type { TestContext } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import { type CreateNodeAuthOptions, createNodeAuth } from '../../src/platforms/node/index.ts';
import type { Stage } from './processes.ts';

export interface Client {
  auth: TmdbAuth;
  /** The addresses the browser was opened with. */
  opened: Promise<string>;
  /** The messages to the user, oldest first. */
  shown: { approvalUrl: string; isOpen: boolean }[];
}

/** A client in this process whose browser is the test. It is disposed with the test. */
export function createClient(
  context: TestContext,
  { settings }: Stage,
  options: Partial<CreateNodeAuthOptions> = {},
): Client {
  let open = (_: string) => {};
  const opened = new Promise<string>((resolve) => {
    open = resolve;
  });
  const shown: Client['shown'] = [];
  const auth = createNodeAuth({
    ...settings,
    browser: async (approvalUrl) => open(approvalUrl),
    onApprovalUrl: (approvalUrl, isOpen) => shown.push({ approvalUrl, isOpen }),
    onWarning: () => {},
    ...options,
  });
  context.onTestFinished(() => auth.dispose());
  return { auth, opened, shown };
}

export const backOf = (approvalUrl: string) =>
  new URL(new URL(approvalUrl).searchParams.get('redirect_to') ?? '');

export interface Page {
  status: number;
  text: string;
}

/** Sends a raw request, with a target and a Host that no `fetch` would send. */
export function ask(
  address: URL,
  changed: { method?: string; target?: string; host?: string; headers?: Record<string, string> },
): Promise<Page> {
  const { method = 'GET', target = address.pathname, host = address.host } = changed;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: address.hostname,
        port: address.port,
        method,
        path: target,
        headers: { host, ...changed.headers },
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject).end();
  });
}

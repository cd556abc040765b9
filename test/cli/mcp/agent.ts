import type { PassThrough } from 'node:stream';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { TestContext } from 'vitest';
import type { Stage } from '../../node/processes.ts';
import { programOf } from '../../support/program.ts';
import { type Env, envOf } from '../run.ts';

type Arguments = Record<string, unknown>;

export interface Answer {
  isError: boolean;
  /** The text: the data as JSON, or the message of an error. */
  text: string;
  data: Record<string, unknown>;
}

export interface Agent {
  client: Client;
  pid: number;
  /** Calls a tool. Rejects when the protocol itself refuses the call. */
  call(name: string, args?: Arguments, signal?: AbortSignal): Promise<Answer>;
  /** The names of the tools. */
  tools(): Promise<string[]>;
  /** The server’s stderr. */
  stderr(): string;
  /** All answers of the server, as received. */
  answers(): string;
}

const PROGRAM = 'src/tools/cli/main.ts';

/** An agent: the client of the official SDK, which starts `tmdb-auth mcp` on the stage’s folder. */
export async function createAgent(
  context: TestContext,
  stage: Stage,
  args: string[] = [],
  { env = {}, mode = 'legacy' as 'legacy' | 'auto' }: { env?: Env; mode?: 'legacy' | 'auto' } = {},
): Promise<Agent> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [programOf(PROGRAM), 'mcp', '--folder', stage.folder, ...args],
    env: { ...envOf(stage), ...env },
    stderr: 'pipe',
  });
  let stderr = '';
  (transport.stderr as PassThrough).on('data', (part) => {
    stderr += part;
  });
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  context.onTestFinished(() => client.close());
  await client.connect(transport);
  let answers = '';
  const { onmessage } = transport;
  transport.onmessage = (message) => {
    answers += `${JSON.stringify(message)}\n`;
    onmessage?.(message);
  };
  return {
    client,
    pid: transport.pid ?? 0,
    stderr: () => stderr,
    answers: () => answers,
    async tools() {
      const { tools } = await client.listTools();
      return tools.map(({ name }) => name);
    },
    async call(name, args = {}, signal) {
      const result = await client.callTool({ name, arguments: args }, signal ? { signal } : {});
      const [content] = result.content as { text?: string }[];
      return {
        isError: result.isError === true,
        text: content?.text ?? '',
        data: (result.structuredContent ?? {}) as Arguments,
      };
    },
  };
}

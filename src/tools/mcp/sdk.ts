import type { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import type { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';

/** The parts of the SDK that are used here. An optional peer dependency: only this command needs it. */
export interface Sdk {
  McpServer: typeof McpServer;
  fromJsonSchema: typeof fromJsonSchema;
  serveStdio: typeof serveStdio;
  StdioServerTransport: typeof StdioServerTransport;
}

/** Loads the SDK. If it is missing, rejects with a message that says what to install. */
export async function loadSdk(): Promise<Sdk> {
  try {
    const [{ McpServer, fromJsonSchema }, { serveStdio, StdioServerTransport }] = await Promise.all([
      import('@modelcontextprotocol/server'),
      import('@modelcontextprotocol/server/stdio'),
    ]);
    return { McpServer, fromJsonSchema, serveStdio, StdioServerTransport };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw Object.assign(new Error(MISSING), { code: 'missing_package' });
  }
}

const MISSING =
  'tmdb-auth mcp needs a package that is not installed: npm install @modelcontextprotocol/server';

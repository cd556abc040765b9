import { credentialsFromEnvironment } from '../../platforms/node/index.ts';
import { createApprovals } from '../mcp/approvals.ts';
import { loadSdk } from '../mcp/sdk.ts';
import { serve } from '../mcp/serve.ts';
import { withClient } from './client.ts';
import { EXIT } from './exit-codes.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Invocation } from './invocation.ts';

/** Serves MCP on stdin and stdout until the client disconnects. Nothing else is written to stdout. */
export async function mcp(invocation: Invocation, version: string): Promise<number> {
  const sdk = await loadSdk();
  const approvals = createApprovals();
  await withClient(
    invocation,
    (auth) =>
      untilInterrupted((signal) =>
        serve(sdk, { auth, approvals, mayWrite: invocation.options.write === true, version, signal }),
      ),
    // Stdin carries the protocol, so no prompt is possible. The approval address goes to the agent only, as it holds
    // a token.
    { credentials: credentialsFromEnvironment(), onApprovalUrl: approvals.show },
  );
  return EXIT.done;
}

import { credentialsFromEnvironment } from '../../platforms/node/index.ts';
import { createApprovals } from '../mcp/approvals.ts';
import { loadSdk } from '../mcp/sdk.ts';
import { serve } from '../mcp/serve.ts';
import { withClient } from './client.ts';
import { EXIT } from './exit-codes.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Invocation } from './invocation.ts';

/** Serves agents on stdin and stdout, until the client goes. Nothing else is written to stdout. */
export async function mcp(invocation: Invocation, version: string): Promise<number> {
  const sdk = await loadSdk();
  const approvals = createApprovals();
  await withClient(
    invocation,
    (auth) =>
      untilInterrupted((signal) =>
        serve(sdk, { auth, approvals, mayWrite: invocation.options.write === true, version, signal }),
      ),
    // Stdin is the protocol's, so nothing can be asked there; the address is told to the agent, and no log.
    { credentials: credentialsFromEnvironment(), onApprovalUrl: approvals.show },
  );
  return EXIT.done;
}

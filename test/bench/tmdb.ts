/**
 * The local TMDB of the measurements, in a process of its own so that its CPU time is not counted. There is no user,
 * so every v3 token is approved as soon as it is answered. Any message makes it report the number of requests since
 * the last one.
 */
import { ServerResponse } from 'node:http';
import { startSandbox } from 'tmdb-auth/sandbox';

const sandbox = await startSandbox();

const { end } = ServerResponse.prototype;
ServerResponse.prototype.end = function (this: ServerResponse, ...args: unknown[]) {
  const [, token] = /"request_token":"(\w+)"/.exec(String(args[0])) ?? [];
  if (token && this.req.url?.startsWith('/3/authentication/token/new')) sandbox.approve(token);
  return Reflect.apply(end, this, args) as ServerResponse;
} as typeof end;

process.on('message', () => {
  process.send?.(sandbox.requests.length);
  sandbox.resetRequests();
});
process.on('disconnect', () => process.exit());
const { baseURL, accessToken, apiKey } = sandbox;
process.send?.({ baseURL, accessToken, apiKey });

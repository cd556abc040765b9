/** What pending sign-ins leave on the server: nothing, they are in the cookies of those who wait. */
import { createAuthHandler } from '../../src/server/index.ts';

const SIGN_INS = 10_000;
const origin = 'https://films.example';

const auth = createAuthHandler({
  credentials: { accessToken: process.env.TOKEN ?? '' },
  origin,
  secrets: ['a secret of this measurement, long enough'],
  fetch: async () =>
    Response.json({
      success: true,
      request_token: 'a'.repeat(40),
      expires_at: `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    }),
});

async function begin(times: number): Promise<void> {
  for (let done = 0; done < times; done += 1) {
    const answer = await auth(new Request(`${origin}/auth/login`));
    if (!answer.headers.get('set-cookie')?.includes('pending')) throw new Error('This is no sign-in.');
  }
}

/** After a while, so that what is on its way out is gone. */
async function heap(): Promise<number> {
  for (let times = 0; times < 5; times += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}
const handles = () => process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap').length;

await begin(2_000);
const before = { heap: await heap(), handles: handles() };
await begin(SIGN_INS);
const after = { heap: await heap(), handles: handles() };
process.send?.({
  signIns: SIGN_INS,
  bytesEach: (after.heap - before.heap) / SIGN_INS,
  handles: after.handles - before.handles,
});
process.disconnect?.();

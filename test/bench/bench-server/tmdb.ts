/** The local TMDB of the measurements, in a process of its own. */
import { startSandbox } from '../../../src/tools/sandbox/index.ts';

const { baseURL, accessToken } = await startSandbox();
process.send?.({ baseURL, accessToken });

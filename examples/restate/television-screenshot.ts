/** Draws `docs/screenshots/television.png`: the television of `examples/restate`, waiting. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { launchChromium } from '../../test/browser/chromium.ts';

const PICTURE = new URL('../../docs/screenshots/television.png', import.meta.url).pathname;
const EXAMPLE = new URL('main.ts', import.meta.url).pathname;
/** Time limit of the start, in ms. */
const PATIENCE = 120_000;

const example = spawn(process.execPath, ['--import', 'tsx', EXAMPLE], {
  stdio: ['ignore', 'pipe', 'inherit'],
  timeout: PATIENCE,
});
let said = '';
for await (const text of example.stdout) {
  said += text;
  if (said.includes('Ctrl-C')) break;
}
const [address = ''] = /http:\S+/.exec(said) ?? [];
const chromium = await launchChromium();
const page = await chromium.newPage({ viewport: { width: 1280, height: 720 } });
await page.goto(address);
await page.locator('main[data-stage="waiting"]').waitFor();
await page.screenshot({ path: PICTURE });
await chromium.close();
example.kill('SIGINT');
await once(example, 'exit');

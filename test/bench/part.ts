/** One part in a process of its own: what another part left in memory must not count. */
import type { Section } from './section.ts';

const { measure } = (await import(`./parts/${process.argv[2]}.ts`)) as { measure(): Promise<Section> };
process.send?.(await measure());
process.exit();

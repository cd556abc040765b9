/** Runs one part in a process of its own, free of other parts’ memory. */
import type { Section } from './section.ts';

const { measure } = (await import(`./parts/${process.argv[2]}.ts`)) as { measure(): Promise<Section> };
process.send?.(await measure());
process.exit();

import { createEnding, type Ending } from './ending.ts';
import type { Fault, Faults } from './fault.types.ts';

/** The fault that hits a request. */
export interface ActiveFault {
  fault: Fault;
  /** Ends when the fault is removed. */
  removed: Ending;
}

export interface FaultScript extends Faults {
  /** The fault for this request, if any; counts the hit. `label` is `METHOD /path`. */
  take(label: string): ActiveFault | undefined;
}

const SESSION_NEW = /^(GET|POST) \/3\/authentication\/session\/new$/;

export function createFaults(): FaultScript {
  const entries = new Set<{ fault: Fault; seen: number; hits: number; removal: Ending }>();

  function add(fault: Fault): () => void {
    const entry = { fault, seen: 0, hits: 0, removal: createEnding() };
    entries.add(entry);
    return () => {
      entries.delete(entry);
      entry.removal.end();
    };
  }

  function clear(): void {
    const all = [...entries];
    entries.clear();
    for (const entry of all) entry.removal.end();
  }

  function take(label: string): ActiveFault | undefined {
    let taken: ActiveFault | undefined;
    for (const entry of entries) {
      if (!matches(entry.fault, label)) continue;
      entry.seen += 1;
      if (taken || entry.seen <= (entry.fault.after ?? 0) || entry.hits >= (entry.fault.times ?? 1)) continue;
      entry.hits += 1;
      taken = { fault: entry.fault, removed: entry.removal };
    }
    return taken;
  }

  return { add, clear, take };
}

function matches(fault: Fault, label: string): boolean {
  const match = fault.match ?? (fault.kind === 'early17' ? SESSION_NEW : undefined);
  if (match === undefined) return true;
  // `search` ignores `lastIndex`, so a RegExp with the g flag works every time.
  return typeof match === 'string' ? match === label : label.search(match) >= 0;
}

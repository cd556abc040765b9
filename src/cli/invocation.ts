import type { Output } from './output.ts';

export interface Invocation {
  options: { json?: boolean; folder?: string; browser?: boolean; port?: number };
  output: Output;
}

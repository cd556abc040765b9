import 'react';

declare module 'react' {
  interface CSSProperties {
    /** How much of a slider is filled, in percent. */
    '--filled'?: string;
    /** The colour the picture of the evening fades into. */
    '--sky'?: string;
  }
}

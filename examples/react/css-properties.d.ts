import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Filled part of a slider, in percent. */
    '--filled'?: string;
    /** The colour that the large picture fades into. */
    '--sky'?: string;
  }
}

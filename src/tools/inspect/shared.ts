export type { InspectionMessage } from '../feed/messages.ts';
export type { Disconnect, Inspected } from '../feed/when-running.ts';
export {
  type ClassicInspect,
  type ClassicInspectorOptions,
  connectClassicInspector,
} from './classic/connect.ts';
export { connectStatelyInspector, type StatelyInspector } from './stately.ts';
export type { ViewerOptions } from './viewer.ts';

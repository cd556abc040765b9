export {
  type ClassicInspect,
  type ClassicInspectorOptions,
  connectClassicInspector,
} from './classic/connect.ts';
export type { Disconnect, Inspected } from './follow.ts';
export type { InspectionMessage } from './messages.ts';
export { connectStatelyInspector, type StatelyInspector } from './stately.ts';
export type { ViewerOptions } from './viewer.ts';

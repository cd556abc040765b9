export type { Disconnect, Inspected } from '../feed/follow.ts';
export type { InspectionMessage } from '../feed/messages.ts';
export {
  type ClassicInspect,
  type ClassicInspectorOptions,
  connectClassicInspector,
} from './classic/connect.ts';
export { connectStatelyInspector, type StatelyInspector } from './stately.ts';
export type { ViewerOptions } from './viewer.ts';

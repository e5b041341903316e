export {
  startInferenceEmulator,
  type InferenceCredentials,
  type InferenceEmulator,
  type InferenceEmulatorOptions,
} from './emulator';
export type { Objects as InferenceObjects } from './job-store';

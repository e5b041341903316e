export { cloudObjects } from './cloud-objects';
export {
  startInferenceEmulator,
  type InferenceCredentials,
  type InferenceEmulator,
  type InferenceEmulatorOptions,
} from './emulator';

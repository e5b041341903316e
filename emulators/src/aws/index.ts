export { startAwsEmulator, type AwsEmulator, type AwsEmulatorOptions } from './emulator';
export type { FaultSettings } from './faults';
export type { Credential } from './signature/verifier';

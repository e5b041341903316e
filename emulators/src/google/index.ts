export { startGoogleEmulator, type GoogleEmulator, type GoogleEmulatorOptions } from './emulator';
export type { Account as GoogleAccount } from './accounts';

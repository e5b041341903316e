export { Encryption, EncryptionError, type EncryptionKeys } from './encryption';

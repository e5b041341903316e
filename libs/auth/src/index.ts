export type { Caller, ServiceCaller } from './caller';
export { ServiceIdentity } from './service-identity';
export { ACCESS_TOKEN_MAX_LIFE, type AccessClaims, checkAccessToken, notAuthenticated, signAccessToken } from './access-token';
export { type TokenAuthority, TokenVerifier } from './token-verifier';

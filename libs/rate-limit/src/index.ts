export { type Allowance, type RateLimiter, type Verdict } from './limiter';
export { openRateLimitStore, type RateLimitSettings, type RateLimitStore } from './store';

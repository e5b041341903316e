export * from './aws/index';
export * from './google/index';
export * from './payment-sandbox';

export * from './aws';
export * from './google';
export * from './inference';
export * from './payment-sandbox';

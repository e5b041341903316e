export * from './aws/index';
export * from './google/index';

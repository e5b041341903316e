export * from './aws/index';

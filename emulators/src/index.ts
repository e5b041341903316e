export * from './google/index';

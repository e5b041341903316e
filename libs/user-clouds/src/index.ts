export { UserClouds, type CloudWork, type UserCloudsOptions } from './user-clouds';

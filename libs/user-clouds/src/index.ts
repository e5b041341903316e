export { rangedChunks, type Stretch } from './ranged-chunks';
export { UserClouds, type CloudWork, type UserCloudsOptions } from './user-clouds';

export { plantCrash } from './plant-crash';

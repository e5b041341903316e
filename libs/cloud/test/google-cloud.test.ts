import { cloudConformance } from './conformance/conformance';
import { startGoogle } from './servers/google';

cloudConformance('GoogleCloud', startGoogle);

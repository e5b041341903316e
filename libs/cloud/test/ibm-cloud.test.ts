import { cloudConformance } from './conformance/conformance';
import { startS3 } from './servers/s3';

cloudConformance('IbmCloud', () => startS3('IBM'));

import { cloudConformance } from './conformance/conformance';
import { startS3 } from './servers/s3';

cloudConformance('AwsCloud', () => startS3('AWS'));

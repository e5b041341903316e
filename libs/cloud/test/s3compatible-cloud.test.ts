import { cloudConformance } from './conformance/conformance';
import { startS3 } from './servers/s3';

cloudConformance('S3CompatibleCloud', () => startS3('S3COMPATIBLE'), 'none');

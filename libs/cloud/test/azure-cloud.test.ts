import { cloudConformance } from './conformance/conformance';
import { startAzurite } from './servers/azurite';

cloudConformance('AzureCloud', startAzurite);

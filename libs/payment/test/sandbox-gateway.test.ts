import { conformance } from './conformance';
import { sandboxSubject } from './sandbox-bench';

conformance(sandboxSubject);

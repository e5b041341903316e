'use strict';

/** Where the demo users' data lies in each cloud. */
const BUCKETS = { AWS: 'polycloud-demo', IBM: 'polycloud-demo-ibm', AZURE: 'polycloud-demo', GOOGLE: 'polycloud-demo' };

/** The service account that the demo users of Google share. */
const GOOGLE_ACCOUNT = { projectId: 'polycloud-demo', clientEmail: 'demo@polycloud-demo.iam.gserviceaccount.com' };

module.exports = { BUCKETS, GOOGLE_ACCOUNT };

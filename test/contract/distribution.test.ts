import { distributionContract } from './distribution/all.ts';
import { startRegistry } from './distribution/server.ts';
import { runSuite } from './distribution/suite.ts';

runSuite('the embedded registry', () => startRegistry(), distributionContract);

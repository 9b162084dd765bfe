import { GoFailure } from '../template/values.ts';
import type { FunctionTable } from './define.ts';

/**
 * sprig's functions that are known but not supported, and why. A template may name them in a branch that is not taken; calling one is
 * an error.
 */
const reasons: Readonly<Record<string, string>> = {
  getHostByName: 'a template does not reach out to the network: hand the address over in an environment variable',
  buildCustomCert: 'certificates are not made in templates: read them with cmd',
  genCA: 'certificates are not made in templates: make them beforehand and read them with cmd',
  genSelfSignedCert: 'certificates are not made in templates: make them beforehand and read them with cmd',
  genSignedCert: 'certificates are not made in templates: make them beforehand and read them with cmd',
};

export const refusedFunctions: FunctionTable = Object.fromEntries(
  Object.entries(reasons).map(([name, reason]) => [
    name,
    {
      parameters: [],
      rest: 'interface {}',
      call: () => {
        throw new GoFailure(`${name} is not supported: ${reason}`);
      },
    },
  ]),
);

import type { Probe } from './probe.js';

/** Node's version against the one the package asks for. */
export const nodeProbe: Probe = {
  id: 'node',
  title: 'Node.js',
  required: true,
  async run() {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const ok = major > 20 || (major === 20 && minor >= 19);
    return { ok, detail: `v${process.versions.node}`, ...(ok ? {} : { fix: 'Install Node.js 20.19 or newer.' }) };
  },
};

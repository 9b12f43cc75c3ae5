import { z } from 'zod';

/** The input every tool shares. */
export const projectDir = z.string().optional().describe('Project folder; default: found from the roots');

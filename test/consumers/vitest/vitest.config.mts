import { defineConfig } from 'vitest/config';

const ENVIRONMENTS = ['node', 'happy-dom', 'jsdom'];

export default defineConfig({
  test: { projects: ENVIRONMENTS.map((name) => ({ test: { name, environment: name } })) },
});

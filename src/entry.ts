export { main, reportNoResult } from './cli/main';
export { createNodeContext } from './system/context.node';

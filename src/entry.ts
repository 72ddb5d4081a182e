export { main, reportMissingResult } from './cli/main';
export { createNodeContext } from './system/context.node';

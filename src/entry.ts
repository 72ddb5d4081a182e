export { main, reportLoss } from './cli/main';
export { createNodeContext } from './system/context.node';

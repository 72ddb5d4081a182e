export { main } from './cli/main';
export { createNodeContext } from './system/context.node';

export { createNodeContext } from './context.node';
export { main } from './main';

/**
 * Only this file imports values from `core/explanations/index`. Reason: the bundler then keeps the explanations in the files of
 * `vstoken explain`, and other commands do not load them.
 */
export { EXIT_CODES, explainCode } from '../../core/explanations/index';

/**
 * Imports the explanations for this folder. Because only this file imports them, they stay in this command's part of the bundle.
 */
export { EXIT_CODES, explainCode } from '../../core/explanations/index';

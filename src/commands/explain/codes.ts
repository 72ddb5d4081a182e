/**
 * The explanations for the rest of this folder: with one file that imports them, they stay in the bundle of this command.
 */
export { EXIT_CODES, explainCode } from '../../core/explanations/index';

/** In this folder, only this file imports the explanations. So the bundler keeps them in the chunk of `vstoken explain`. */
export { EXIT_CODES, explainCode } from '../../core/explanations/index';

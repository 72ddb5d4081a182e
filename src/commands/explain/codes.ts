/** In this folder, only this file imports the explanations. So the bundler keeps them in the chunk of this command. */
export { EXIT_CODES, explainCode } from '../../core/explanations/index';

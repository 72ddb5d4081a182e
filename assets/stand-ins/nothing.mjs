// For what conf imports and vstoken does not use: schemas, migrations, and ending the process at a signal. When a writer was killed,
// the next one removes the file that it left.
export class Ajv2020 {}
export default () => undefined;

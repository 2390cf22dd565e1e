/** Styles for the inside of components, which the build makes texts of. */
declare module "*.shadow.css" {
  const text: string;
  export default text;
}

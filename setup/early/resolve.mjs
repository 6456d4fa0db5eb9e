/** Finds packages from this folder, whatever file asks for them. */
export function resolve(specifier, context, next) {
  const isPackage = /^(@?[a-z])/.test(specifier) && !/^(node|file|data):/.test(specifier);
  const isAsked = context.parentURL !== undefined && !context.parentURL.includes("/node_modules/");
  return next(
    specifier,
    isPackage && isAsked ? { ...context, parentURL: import.meta.url } : context,
  );
}

/** Writes dist/custom-elements.json: the elements of the panel for editors and catalogues (npm run build). */
const tags = new Map();

/** panel/define.ts defines the elements in a loop; which class has which name stands in its HTMLElementTagNameMap. */
const readTags = {
  name: 'tags of panel/define.ts',
  analyzePhase({ ts, node }) {
    if (!ts.isInterfaceDeclaration(node) || node.name.text !== 'HTMLElementTagNameMap') return;
    for (const { name, type } of node.members) tags.set(type.typeName.text, name.text);
  },
  packageLinkPhase({ customElementsManifest }) {
    for (const module of customElementsManifest.modules) {
      for (const declaration of module.declarations) {
        const tagName = tags.get(declaration.name);
        if (!tagName) continue;
        const members = declaration.members?.filter(
          ({ privacy, name }) => privacy === 'public' && !name.startsWith('#'),
        );
        // The others are guesses from calls of dispatchEvent; ours are named by @fires.
        const events = declaration.events?.filter(({ name }) => name?.startsWith('zonetrace-'));
        Object.assign(declaration, { customElement: true, tagName, members, events });
      }
    }
    for (const [name, tagName] of tags) {
      const module = customElementsManifest.modules.find(({ declarations }) =>
        declarations.some((declaration) => declaration.name === name),
      );
      module?.exports.push({
        kind: 'custom-element-definition',
        name: tagName,
        declaration: { name, module: module.path },
      });
    }
    // The package has what the sources become.
    const shipped = JSON.stringify(customElementsManifest).replaceAll(/"\/?panel\/([^"]+)\.ts"/g, '"dist/panel/$1.js"');
    Object.assign(customElementsManifest, JSON.parse(shipped));
  },
};

export default {
  globs: ['panel/**/*.ts'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [readTags],
};

/** Calls `visit(node, parent, key)` for every node of a syntax tree, parents first. */
export function walk(node, visit, parent, key) {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit, parent, key);
    return;
  }
  if (node === null || typeof node !== "object" || typeof node.type !== "string") return;
  visit(node, parent, key);
  for (const [name, child] of Object.entries(node)) {
    if (name !== "parent" && child !== null && typeof child === "object") walk(child, visit, node, name);
  }
}

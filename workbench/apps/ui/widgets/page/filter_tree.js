// The filter as a tree; every change gives a new tree. A path is the list of positions from the outermost group down.

const GROUP_WORDS = { all: ["All of", "and"], any: ["Any of", "or"], none: ["None of", "or"] };

function itemAt(tree, path) {
  return path.reduce((group, at) => group.items[at], tree);
}

function withItem(tree, path, item) {
  if (!path.length) return item;
  const [at, ...rest] = path;
  const items = [...tree.items];
  items[at] = rest.length ? withItem(items[at], rest, item) : item;
  return { ...tree, items };
}

function withAdded(tree, path, item) {
  const group = itemAt(tree, path);
  return withItem(tree, path, { ...group, items: [...group.items, item] });
}

function without(tree, path) {
  const parent = path.slice(0, -1);
  const group = itemAt(tree, parent);
  return withItem(tree, parent, { ...group, items: group.items.filter((_, at) => at !== path.at(-1)) });
}

function conditions(tree) {
  return tree.items.reduce((sum, item) => sum + (item.items ? conditions(item) : 1), 0);
}

function operatorOf(operators, kind, name) {
  return operators[kind]?.find((each) => each.name === name) ?? { words: name, most: 1, least: 1 };
}

function valueText(value, kind) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return value.toLocaleString("en-US");
  return kind === "time" ? String(value).replace("T", " ").replace("Z", "").slice(0, 16) : String(value);
}

// The values of a chip: the first three and how many more; of a long list only how many.
function valuesText({ values, operator }, kind) {
  if (values.length > 10) return plural(values.length, "values");
  const texts = values.map((value) => valueText(value, kind));
  if (operator === "between") return texts.join(" and ");
  return texts.length > 3 ? `${texts.slice(0, 3).join(", ")} +${texts.length - 3}` : texts.join(", ");
}

// "Sender domain is any of 187 values", "Subject is empty".
function conditionText(condition, property, operators) {
  const { words } = operatorOf(operators, property.kind, condition.operator);
  return [property.label, words, valuesText(condition, property.kind)].filter(Boolean).join(" ");
}

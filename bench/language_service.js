// What Microsoft's own language service for KQL says of queries (npm: @kusto/language-service-next, MIT).
//
//   node language_service.js PACKAGE_DIR SCHEMAS.json < queries.jsonl > verdicts.jsonl
//
// queries   one {"id", "query"} a line
// schemas   {"Table": {"Column": "type", ...}, ...}
// verdicts  {"id", "syntax": [message...], "faults": [message...], "columns": [[name, type]...] | null, "open"}
//           "open" is true where the service itself does not know all result columns before the query runs.
"use strict";
const fs = require("fs");
const path = require("path");
const [folder, schemaFile] = process.argv.slice(2);
require(path.join(path.resolve(folder), "bridge.min.js")); // the runtime comes first
require(path.join(path.resolve(folder), "Kusto.Language.Bridge.min.js"));
const { KustoCode, GlobalState, Symbols } = globalThis.Kusto.Language;
const tables = Object.entries(JSON.parse(fs.readFileSync(schemaFile, "utf8"))).map(([name, columns]) => {
  const listed = Object.entries(columns).map(([column, type]) => `['${column}']:${type}`);
  return Symbols.TableSymbol.From(`(${listed.join(", ")})`).WithName(name);
});
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("db", tables));
function errors(code) {
  const found = code.GetDiagnostics();
  const messages = [];
  for (let i = 0; i < found.Count; i++) {
    if (found.getItem(i).Severity === "Error") messages.push(found.getItem(i).Message);
  }
  return messages;
}
function judged(row) {
  const verdict = { id: row.id, syntax: errors(KustoCode.Parse(row.query)), faults: [], columns: null, open: false };
  if (verdict.syntax.length) return verdict;
  const code = KustoCode.ParseAndAnalyze(row.query, globals);
  verdict.faults = errors(code);
  const type = code.ResultType;
  if (type && type.Columns) {
    verdict.open = type.IsOpen === true;
    verdict.columns = [];
    for (let i = 0; i < type.Columns.Count; i++) {
      const column = type.Columns.getItem(i);
      verdict.columns.push([column.Name, column.Type ? column.Type.Name : "unknown"]);
    }
  }
  return verdict;
}
for (const line of fs.readFileSync(0, "utf8").split("\n")) {
  if (!line.trim()) continue;
  const row = JSON.parse(line);
  let verdict;
  try {
    verdict = judged(row);
  } catch (error) {
    verdict = { id: row.id, syntax: [String(error).slice(0, 200)], faults: [], columns: null, open: false };
  }
  fs.writeSync(1, JSON.stringify(verdict) + "\n");
}

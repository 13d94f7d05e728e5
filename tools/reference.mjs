// The reference: TypeDoc's pages of the published declarations, beside the pages of the formats. What they leave unsaid is an error.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { entries } from "./build-entries.mjs";
import { at } from "./lib/paths.mjs";
import { Problem } from "./lib/print.mjs";
import { unsaid } from "./lib/reference-rules.mjs";
import { readTables } from "./lib/tables.mjs";
import { packageVersion } from "./lib/versions.mjs";

export const referenceFolder = at(".build/docs/reference");

/** What an entry is, by the comment that its source begins with. */
function aboutOf({ from }) {
  const [comment] = readFileSync(at("pkg-template/src", from), "utf8").match(/^(?:\/\/ .*\n)+/) ?? [""];
  return comment.replaceAll(/^\/\/ /gm, "").trim();
}

/**
 * Reads the declarations in `dist`, and tells what they leave unsaid: `{ problems, write(folder) }`. Each entry is a module under
 * the name that users import.
 */
export async function readReference(dist = at("pkg/dist")) {
  const typedoc = await import(pathToFileURL(at("tools/reference/node_modules/typedoc/dist/index.js")).href);
  const { Application, Comment, LogLevel, Logger, ReflectionKind } = typedoc;
  const problems = [];
  class Collector extends Logger {
    log(message, level) {
      if (level >= LogLevel.Warn) problems.push(message);
    }
  }
  mkdirSync(at(".build/docs"), { recursive: true });
  // TypeDoc reads one of a name once.
  const tsconfig = join(mkdtempSync(at(".build/docs/tsconfig-")), "tsconfig.json");
  const files = entries.map(({ name }) => `${dist}/${name}.d.ts`);
  writeFileSync(tsconfig, JSON.stringify({
    compilerOptions: {
      target: "es2022", module: "nodenext", lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"], strict: true, noEmit: true,
      typeRoots: [at("node_modules/@types")], types: ["node"],
    },
    files,
  }));
  const app = await Application.bootstrap({
    entryPoints: files, tsconfig, name: `reelay ${packageVersion}`, readme: "none", disableSources: true, disableGit: true,
    excludeInternal: true, excludeExternals: true, excludePrivate: true, githubPages: false, hideGenerator: true,
    validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: true, unusedMergeModuleWith: true },
    requiredToBeDocumented: [
      "Enum", "EnumMember", "Variable", "Function", "Class", "Interface", "Constructor", "Property", "Method", "Accessor", "TypeAlias",
    ],
    // A default is prose here, and may hold a number.
    jsDocCompatibility: { defaultTag: false },
    sort: ["source-order"], logLevel: "Warn",
  });
  app.logger = new Collector();
  // A name that an entry's own declarations do not import is one of another entry.
  app.converter.addUnknownSymbolResolver(({ symbolReference }, from) => {
    const names = symbolReference?.path?.map(({ path }) => path) ?? [];
    const target = from.project.children?.map((module) => module.getChildByName(names)).find((found) => found !== undefined);
    return target && { target };
  });
  const project = await app.convert();
  rmSync(dirname(tsconfig), { recursive: true });
  if (!project) throw new Problem(`TypeDoc cannot read the declarations in ${dist}:\n${problems.join("\n")}`);
  for (const { name, subpath, ...row } of entries) {
    const module = project.children.find((child) => child.kindOf(ReflectionKind.Module) && child.name === name) ?? project;
    module.name = `reelay${subpath.slice(1)}`;
    module.comment ??= new Comment([{ kind: "text", text: aboutOf(row) }]);
  }
  app.validate(project);
  problems.push(...unsaid(app.serializer.projectToObject(project, at()), await readTables()));
  return {
    problems,
    async write(into = referenceFolder) {
      rmSync(into, { recursive: true, force: true });
      await app.generateDocs(project, into);
      if (problems.length > 0) throw new Problem(`The reference leaves something unsaid:\n${problems.join("\n")}`);
      return project.children.length;
    },
  };
}

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** The package as it would be published, installed into a fresh folder beside what the repository has installed. */
export class Packed {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "session-lint-packed-")));
  readonly tarball: string;

  constructor() {
    execFileSync("npm", ["run", "--silent", "build"], { cwd: repository, stdio: "pipe" });
    const output = execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", this.folder], { cwd: repository, encoding: "utf8" });
    this.tarball = join(this.folder, output.trim().split("\n").at(-1) ?? "");
    execFileSync("tar", ["-xzf", this.tarball, "-C", this.folder]);
    mkdirSync(this.modules);
    for (const name of readdirSync(join(repository, "node_modules"))) {
      if (!["eslint", "session-lint", "eslint-plugin-session-lint", ".bin"].includes(name)) symlinkSync(join(repository, "node_modules", name), join(this.modules, name));
    }
    // The second as `npm i -D eslint-plugin-session-lint@npm:session-lint` does it.
    for (const name of ["session-lint", "eslint-plugin-session-lint"]) cpSync(join(this.folder, "package"), join(this.modules, name), { recursive: true });
  }

  get modules(): string {
    return join(this.folder, "node_modules");
  }

  /** A project that has the package, and one ESLint under its real name. */
  project(eslint: string): Project {
    const folder = mkdtempSync(join(this.folder, "project-"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(repository, "node_modules", eslint), join(folder, "node_modules", "eslint"));
    const project = new Project(folder);
    project.write("package.json", JSON.stringify({ name: "fresh", private: true, type: "module" }));
    return project;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Project {
  constructor(readonly folder: string) {}

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    return this.path(name);
  }
}

import type { Machine } from "./machine";
import { type Testbed, members, ports } from "./testbed";

/** The agent mounts an empty, private folder over this path (report/testbed/agent). */
const folder = "/run/ipvs-lab";

/** Starts a web server of the machine's kind in each member. Its page is the member's name. */
export async function startWebServers(testbed: Testbed): Promise<void> {
  const find = "for s in apache2 nginx; do command -v /usr/sbin/$s && exit; done";
  const program = (await testbed.run("", ["sh", "-c", find])).trim();
  const configuration = configurations[program];
  if (!configuration) {
    throw new Error(
      "the director has neither Apache nor nginx, which latency needs: install one there, or choose other parts with --only",
    );
  }
  for (const name of members) {
    const own = `${folder}/${name}`;
    await testbed.run("", ["mkdir", own]);
    await testbed.machine.write(`${own}/index.html`, `${name}\n`);
    await testbed.machine.write(`${own}/conf`, configuration.text(own));
    await testbed.run(name, [program, configuration.option, `${own}/conf`]);
  }
}

const configurations: Record<string, { option: string; text: (own: string) => string }> = {
  "/usr/sbin/apache2": {
    option: "-f",
    text: (own) => `ServerRoot ${own}
ServerName ${own}
Listen ${ports.web}
PidFile ${own}/pid
DefaultRuntimeDir ${own}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
User www-data
Group www-data
StartServers 1
ErrorLog /dev/null
DocumentRoot ${own}
DirectoryIndex index.html
`,
  },
  "/usr/sbin/nginx": {
    option: "-c",
    text: (own) => `user www-data;
worker_processes 1;
pid ${own}/pid;
error_log /dev/null;
events {}
http {
  access_log off;
  server {
    listen ${ports.web};
    root ${own};
  }
}
`,
  },
};

/** The web server's name and version, such as "Apache/2.4.62 (Debian)". */
export async function webServerVersion(machine: Machine): Promise<string> {
  const ask = "/usr/sbin/apache2 -v 2>&1 || /usr/sbin/nginx -v 2>&1 || true";
  const { stdout: printed } = await machine.run("", ["sh", "-c", ask]);
  return /version: (.*)/.exec(printed)?.[1]?.trim() ?? "unknown";
}

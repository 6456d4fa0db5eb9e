/** Package managers whose commands set-up knows. */
export const managers = ["apt", "dnf", "pacman", "zypper", "apk", "brew"] as const;
export type Manager = (typeof managers)[number];

/** A program that set-up asks for, and the packages that bring it. */
export interface Program {
  /** The names that its file may have on PATH; one of them is enough. Default: its own name. */
  files?: string[];
  /** For a plugin: files of its host, of which one must name the plugin. "~" is the home. */
  namedIn?: string[];
  /** Its package, by package manager. A package manager that is not listed has none. */
  packages: Partial<Record<Manager, string>>;
  /** Another source, for package managers that have no package of it: Ubuntu has Chromium only as a snap. */
  elsewhere?: Partial<Record<Manager, string>>;
}

const everywhere = (name: string) =>
  Object.fromEntries(managers.map((manager) => [manager, name])) as Record<Manager, string>;
const upstream = (address: string) => `a script of its own, to be put on PATH: ${address}`;

/**
 * Programs and their packages. apt's are tested (docs/hosts.md lists the systems); the others are the names in those
 * distributions' own indices.
 */
export const programs = {
  bash: { packages: everywhere("bash") },
  flock: {
    packages: {
      ...{ apt: "util-linux", dnf: "util-linux", pacman: "util-linux", zypper: "util-linux" },
      ...{ apk: "flock", brew: "flock" },
    },
  },
  "qemu-system-x86_64": {
    packages: {
      ...{ apt: "qemu-system-x86", dnf: "qemu-system-x86-core", pacman: "qemu-system-x86" },
      ...{ zypper: "qemu-x86", apk: "qemu-system-x86_64", brew: "qemu" },
    },
  },
  "qemu-img": { packages: { ...everywhere("qemu-img"), apt: "qemu-utils", brew: "qemu" } },
  mmdebstrap: {
    packages: { apt: "mmdebstrap", dnf: "mmdebstrap" },
    elsewhere: {
      pacman: "the AUR has it: https://aur.archlinux.org/packages/mmdebstrap",
      apk: "only the repository edge/testing has it",
      zypper: upstream("https://gitlab.mister-muffin.de/josch/mmdebstrap"),
    },
  },
  // mmdebstrap needs it.
  "apt-get": { packages: { apt: "apt", dnf: "apt", pacman: "apt", apk: "apt" } },
  mke2fs: { packages: everywhere("e2fsprogs") },
  // Only normal users need it: they build the box in a user namespace.
  newuidmap: {
    packages: {
      ...{ apt: "uidmap", dnf: "shadow-utils", pacman: "shadow", zypper: "shadow" },
      apk: "shadow-uidmap",
    },
  },
  ssh: {
    packages: {
      ...{ apt: "openssh-client", dnf: "openssh-clients", pacman: "openssh" },
      ...{ zypper: "openssh-clients", apk: "openssh-client-default", brew: "openssh" },
    },
  },
  "ssh-keygen": {
    packages: {
      ...{ apt: "openssh-client", dnf: "openssh", pacman: "openssh" },
      ...{ zypper: "openssh-common", apk: "openssh-keygen", brew: "openssh" },
    },
  },
  vagrant: {
    packages: { apt: "vagrant", dnf: "vagrant", pacman: "vagrant", zypper: "vagrant" },
    elsewhere: { brew: "brew install --cask vagrant, which is not under an open licence" },
  },
  "vagrant-libvirt": {
    namedIn: [
      "/usr/share/vagrant-plugins/plugins.d/vagrant-libvirt.json",
      "/usr/share/vagrant/plugins.d/vagrant-libvirt.json",
      "~/.vagrant.d/plugins.json",
    ],
    packages: { apt: "vagrant-libvirt", dnf: "vagrant-libvirt", zypper: "vagrant-libvirt" },
    elsewhere: {
      pacman: "vagrant plugin install vagrant-libvirt",
      apk: "vagrant plugin install vagrant-libvirt",
    },
  },
  libvirtd: {
    packages: {
      ...{ apt: "libvirt-daemon-system", dnf: "libvirt-daemon-kvm", pacman: "libvirt" },
      ...{ zypper: "libvirt-daemon-qemu", apk: "libvirt-daemon" },
    },
  },
  virsh: {
    packages: {
      ...{ apt: "libvirt-clients", dnf: "libvirt-client", pacman: "libvirt" },
      ...{ zypper: "libvirt-client", apk: "libvirt-client", brew: "libvirt" },
    },
  },
  go: {
    packages: { ...everywhere("go"), apt: "golang-go", dnf: "golang" },
  },
  sshd: {
    packages: { ...everywhere("openssh-server"), pacman: "openssh", brew: "openssh" },
  },
  shellcheck: {
    packages: { ...everywhere("shellcheck"), dnf: "ShellCheck", zypper: "ShellCheck" },
  },
  chromium: {
    files: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    packages: {
      ...{ apt: "chromium", dnf: "chromium", pacman: "chromium" },
      ...{ zypper: "chromium", apk: "chromium" },
    },
    elsewhere: { apt: "sudo snap install chromium", brew: "brew install --cask chromium" },
  },
  "ansible-playbook": {
    packages: {
      ...{ apt: "ansible-core", dnf: "ansible-core", pacman: "ansible-core" },
      ...{ zypper: "ansible-core", apk: "ansible-core", brew: "ansible" },
    },
  },
  gnuplot: {
    packages: { ...everywhere("gnuplot"), apt: "gnuplot-nox" },
  },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;

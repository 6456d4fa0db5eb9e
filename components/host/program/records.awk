# Reads names of files, and prints what is recorded in them: "@ FILE", then its lines behind "= "; for shared settings "%
# REFERENCE<tab>KEY<tab>WANTED<tab>NOW<tab>NAMESPACE", with NOW only for kernel settings.
{
  file = $0
  shared = file ~ "/holders/"
  if (shared) { match(file, "[^/]*$"); reference = substr(file, RSTART); look(substr(file, 1, RSTART - 1)) }
  for (lines = 0; (getline line <file) > 0; lines++) {
    if (shared) print "% " reference "\t" key "\t" line "\t" now "\t" namespace
    else {
      if (!lines) print "@ " file
      print "= " line
    }
  }
  close(file)
}

# Sets "key", "now" and "namespace" for a setting's folder of references. A setting may have hundreds.
function look(folder,  n, path, at) {
  if (folder == last) return
  last = folder
  n = split(folder, path, "/")
  namespace = path[n - 4] == "inside" ? path[n - 3] : ""
  # A name has ":" where it had "/", which in turn stands for a dot in an interface.
  at = key = path[n - 2]
  gsub(/\./, "/", at); gsub(/:/, ".", at); gsub(/:/, "/", key)
  now = ""
  if (at ~ "^net/") { getline now <("/proc/sys/" at); close("/proc/sys/" at); gsub(/\t/, " ", now) }
}
